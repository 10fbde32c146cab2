// The Atlas's server mode: pages, search and changes, with and without a network.

import { skip, startPostgres } from "../gateway/postgres/server.js";
import { test as without } from "./atlas.js";
import { expect, test } from "./atlas-server.js";

test("the cities come from the server by pages, sorted and searched", async ({
  page,
  atlas,
  cities,
  problems,
}) => {
  await atlas.visit();
  atlas.requests.length = 0;
  await cities.on.check();
  await expect(cities.status).toHaveText("135,233 cities in the server's memory");
  await expect(page).toHaveURL(/\/atlas\/\?server=$/);
  await expect.poll(async () => (await atlas.names())[0]).toBe("Shanghai");
  expect(atlas.requests.filter((path) => path.endsWith("/table/cities")).length).toBeGreaterThan(0);
  await expect(atlas.count).toHaveText("135,233 cities");

  await atlas.search.fill("evora");
  await expect.poll(async () => (await atlas.names())[0]).toBe("Évora");
  await atlas.search.fill("paris, us");
  await expect.poll(async () => (await atlas.names())[0]).toBe("Paris");
  await expect(cities.row("Paris")).toContainText("United States");
  await atlas.search.fill("no such place");
  await expect(page.getByText("No city has that name")).toBeVisible();
  await atlas.search.fill("");
  await page.getByRole("radio", { name: "Name" }).check();
  const [first] = (
    await (await page.request.get("/atlas/gateway/table/cities?order=name&size=1")).json()
  ).rows;
  await expect.poll(async () => (await atlas.names())[0]).toBe(first.name);

  await cities.on.uncheck();
  await expect(page.locator("#server-area")).toBeHidden();
  await expect(page).toHaveURL(/\/atlas\/$/);
  await expect(atlas.count).toHaveText("135,233 cities");
  expect(await page.locator("#list").evaluate((list) => list.items.length)).toBe(135_233);
  expect(problems).toEqual([]);
});

without("without a server, the switch says so", async ({ page, atlas, problems }) => {
  await atlas.visit();
  await page.getByRole("switch", { name: "Server" }).click();
  await expect(page.getByText("There is no server here: npm start brings one")).toBeVisible();
  await expect(page.getByRole("switch", { name: "Server" })).not.toBeChecked();
  await expect(atlas.count).toHaveText("135,233 cities");
  expect(problems.splice(0).filter((text) => !text.startsWith("Failed to load resource"))).toEqual(
    [],
  );
});

const onPostgres = test.extend({
  database: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
    async ({}, use) => {
      const postgres = await startPostgres();
      await use(postgres.url);
      await postgres.stop();
    },
    { scope: "worker" },
  ],
});

onPostgres.describe("with PostgreSQL", () => {
  onPostgres.skip(Boolean(skip), String(skip));

  onPostgres("cities are searched, jumped to and changed", async ({ atlas, cities, problems }) => {
    await cities.visit();
    await expect(cities.status).toHaveText("135,233 cities in PostgreSQL");
    await expect.poll(async () => (await atlas.names())[0]).toBe("Shanghai");
    await atlas.rows.first().focus();
    await atlas.page.keyboard.press("End"); // a jump over all pages, to an estimated place
    await expect(atlas.page.locator("#list .row:focus")).not.toContainText("Shanghai");
    await expect(atlas.page.locator("#list [data-state]")).toHaveCount(0);
    expect(await atlas.page.locator("#list").innerText()).not.toContain("…");
    await atlas.search.fill("evora portugal");
    await expect.poll(async () => (await atlas.names())[0]).toBe("Évora");
    await cities.change("Évora", { Name: "Ebora" });
    await expect(cities.sent).toBeVisible();
    await expect.poll(async () => (await cities.asked("ebora")).length).toBe(1);
    await expect(atlas.page.getByText("No city has that name")).toBeVisible(); // it has other words now
    expect(problems).toEqual([]);
  });
});
