// The Atlas with its server, for each worker.
import { openAtlas } from "../../tools/atlas.js";
import { serve } from "../../tools/serve.js";
import { test as base, expect } from "./atlas.js";

/** What the browser itself logs for a request that fails. */
const failedRequest = /^Failed to load resource/;

export const test = base.extend({
  database: [undefined, { scope: "worker", option: true }],
  server: [
    async ({ database }, use) => {
      const atlas = openAtlas({ database });
      const { handle } = atlas;
      const server = await serve({ handle });
      await use(server);
      await server.close();
      await atlas.close();
    },
    { scope: "worker" },
  ],
  cities: async ({ page, atlas, request, server, problems }, use) => {
    const outbox = page.getByRole("region", { name: "Changes" });
    await use({
      outbox,
      sent: outbox.getByRole("status").filter({ hasText: "Everything is sent" }),
      on: page.getByRole("switch", { name: "Server" }),
      status: page.locator("#server-area > [role=status]"),
      row: (/** @type {string} */ name) => atlas.rows.filter({ hasText: name }).first(),
      /** @param {import("@playwright/test").Page} [tab] */
      async visit(tab = page) {
        await tab.goto("/atlas/?server");
        await expect(tab.locator("#server-area")).toBeVisible({ timeout: 60_000 });
        await expect(tab.locator("#list .row").first()).toBeVisible();
      },
      /** Changes the city of a row in its dialog. @param {string} name @param {Record<string, string>} fields */
      async change(name, fields) {
        await atlas.rows.filter({ hasText: name }).first().click();
        for (const [field, value] of Object.entries(fields)) {
          await atlas.panel.getByLabel(field, { exact: true }).fill(value);
        }
        await atlas.panel.getByRole("button", { name: "Save" }).click();
        await expect(atlas.panel).toBeHidden();
      },
      /** The rows that the server itself has. @param {string} search */
      async asked(search) {
        const url = `/atlas/gateway/table/cities?order=population&search=${encodeURIComponent(search)}`;
        return (await (await request.get(url)).json()).rows;
      },
      /** As another page does. @param {number} id @param {object} data @param {string} [origin] */
      patch: (id, data, origin = server.url) =>
        request.patch(`/atlas/gateway/table/cities/${id}`, { data, headers: { origin } }),
    });
    await page.close(); // or it goes on to ask
    const own = problems.filter((text) => !failedRequest.test(text));
    problems.length = 0;
    problems.push(...own);
  },
});

export { expect };
