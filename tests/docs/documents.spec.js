// Runs the documents' examples for pages and for Playwright unchanged, and
// checks the documents as pages of the site.
import AxeBuilder from "@axe-core/playwright";
import { Gateway, listener } from "../../js/gateway/index.node.js";
import { memoryTable } from "../../js/gateway/postgres/index.node.js";
import { entries } from "../../tools/docs/entries.js";
import { topics } from "../../tools/docs/page.js";
import { openLive } from "../../tools/live.js";
import { serve } from "../../tools/serve.js";
import { expect, test } from "../browser.js";
import { blocks, documents } from "./documents.js";

for (const document of documents) {
  const [script] = blocks(document, "js page");
  if (!script) continue;
  test(`${document.path}: the page example works, driven by the Playwright example`, async ({
    page,
    problems,
  }) => {
    const html = blocks(document, "html").find((text) => text.includes("app.js"));
    const [spec] = blocks(document, "js playwright");
    const server = await serve({
      handle: (_request, response, { pathname }) => {
        const answer = {
          "/people.html": ["text/html", `<!doctype html><link rel="icon" href="data:,">${html}`],
          "/app.js": ["text/javascript", script],
        }[pathname];
        if (!answer) return false;
        response.writeHead(200, { "content-type": answer[0] }).end(answer[1]);
        return true;
      },
    });
    // The example's test body, with its page.goto() going to this server.
    const body = /async \(\{ page \}\) => \{\n([\s\S]*)\n\}\);/.exec(spec)?.[1];
    expect(body).toBeTruthy();
    const AsyncFunction = (async () => {}).constructor;
    const run = AsyncFunction(
      "page",
      "expect",
      body?.replace('"/people.html"', `"${server.url}/people.html"`),
    );
    await run(page, expect);
    await server.close();
    expect(problems).toEqual([]);
  });
}

// A response for every name that the examples fetch.
const files = {
  js: ["text/javascript", "export default 1;"],
  wasm: ["application/wasm", Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0])],
  json: ["application/json", "{}"],
  css: ["text/css", ""],
};

for (const document of documents) {
  for (const [index, code] of blocks(document, "js browser").entries()) {
    test(`${document.path}: browser example ${index + 1} runs`, async ({ page, problems }) => {
      const rooms = ["", "/cache", "/list", "/lazy", "/sampler"];
      const imports = {
        ...Object.fromEntries(rooms.map((room) => [`apus${room}`, "/apus/index.js"])),
        "apus/image": "/apus/image.js",
        "apus/define/image.js": "/apus/define/image.js",
        "apus/quantum": "/apus/quantum.js",
        "apus/messages": "/apus/messages.js",
        "apus/messages/de": "/apus/messages/de.js",
        "apus/define/outbox.js": "/apus/define/outbox.js",
        "apus/store": "/apus/store.js",
        "apus/sync": "/apus/sync.js",
        "apus/worker/page": "/apus/worker-page.js",
        ...Object.fromEntries(
          ["", ...rooms.slice(1)].map((room) => [
            `apus/define${room}.js`,
            `/apus/define${room}.js`,
          ]),
        ),
      };
      const gateway = await Gateway.open({
        base: "/gateway/",
        authorize: () => true,
        load: { "product:*": async (key) => ({ value: { key }, tags: ["products"] }) },
        tables: {
          cities: memoryTable([{ id: 1, name: "Porto", country: "PT", population: 248769 }], {
            columns: ["id", "name", "country", "population"],
            filters: ["country"],
            orders: { population: ["population desc"] },
          }),
        },
      });
      const answer = listener(gateway);
      const live = await openLive();
      const server = await serve({
        upgrade: live.upgrade,
        handle: async (request, response, url) => {
          const { pathname } = url;
          if (pathname.startsWith("/apus/")) return false;
          if (pathname.startsWith("/live/gateway/")) return live.handle(request, response, url);
          if (pathname.startsWith("/gateway/")) {
            await answer(request, response);
            return true;
          }
          if (pathname === "/") {
            response.writeHead(200, { "content-type": "text/html" });
            response.end(
              `<!doctype html><link rel="icon" href="data:,"><button id="help">Help</button>
            <script type="importmap">${JSON.stringify({ imports })}</script>
            <script type="module" src="/example.js"></script>`,
            );
            return true;
          }
          const worker = pathname === "/sw.js" && blocks(document, "js worker")[0];
          const [type, body] = worker
            ? ["text/javascript", worker]
            : pathname === "/example.js"
              ? ["text/javascript", `${code}\ndocument.title = "done";`]
              : (files[pathname.split(".").pop() ?? ""] ?? ["text/plain", "ok"]);
          response
            .writeHead(200, { "content-type": type, "cache-control": "max-age=60" })
            .end(body);
          return true;
        },
      });
      await page.goto(server.url);
      await expect(page).toHaveTitle("done");
      await server.close();
      await live.close();
      await gateway.close();
      expect(problems).toEqual([]);
    });
  }
}

/** @type {Map<string, Promise<{ ok: boolean, text: string }>>} what links of the site's pages lead to */
const answers = new Map();

for (const [name, title] of [
  ...topics,
  ...entries().map(({ name, slug }) => [`api/${slug}`, name]),
]) {
  test(`/docs/${name}: its links and anchors work, and axe finds nothing`, async ({
    page,
    problems,
    baseURL,
  }) => {
    await page.goto(`/docs/${name}`);
    await expect(page.locator("h1")).toHaveText(title);
    await expect(page.locator(".topics [aria-current=page]")).toHaveText(title);
    const hrefs = await page
      .locator("a[href]")
      .evaluateAll((all) => all.map((a) => /** @type {HTMLAnchorElement} */ (a).href));
    for (const href of new Set(hrefs)) {
      const { origin, pathname, hash } = new URL(href);
      if (origin !== baseURL) continue;
      const ask = async () => {
        const answer = await page.request.get(pathname);
        return { ok: answer.ok(), text: await answer.text() };
      };
      if (!answers.has(pathname)) answers.set(pathname, ask());
      const { ok, text } = await answers.get(pathname);
      expect(ok, href).toBe(true);
      if (hash && pathname.startsWith("/docs/"))
        expect(text.includes(`id="${hash.slice(1)}"`), href).toBe(true);
    }
    // The API's pages have the colours of one style sheet, and thousands of elements.
    const skipped = /^api\/(?!cache)/.test(name) ? ["color-contrast"] : [];
    const { violations } = await new AxeBuilder({ page }).disableRules(skipped).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`)).toEqual([]);
    // A phone scrolls tables, never the page.
    await page.setViewportSize({ width: 360, height: 740 });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(wide).toBeLessThanOrEqual(360);
    expect(problems).toEqual([]);
  });
}

for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
  test(`a phone's documentation begins with its text, and a button opens the topics (${colorScheme})`, async ({
    page,
    problems,
  }) => {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width: 360, height: 740 });
    const server = await serve();
    await page.goto(`${server.url}/docs/cache`);
    const topics = page.getByRole("navigation", { name: "Documentation" });
    await expect(topics).toBeHidden();
    const { y } = (await page.locator("h1").boundingBox()) ?? { y: Infinity };
    expect(y).toBeLessThan(185); // a quarter of the screen
    const button = page.getByRole("button", { name: "Documentation" });
    await button.focus();
    await page.keyboard.press("Enter");
    await expect(topics).toBeVisible();
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`)).toEqual([]);
    await page.keyboard.press("Escape");
    await expect(topics).toBeHidden();
    await expect(button).toBeFocused();
    await button.click();
    await topics.getByRole("button", { name: "Close" }).click();
    await expect(topics).toBeHidden();
    await button.press("Space");
    await page.keyboard.press("Tab"); // to "Close"
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await expect(topics.getByRole("link", { name: "Cache", exact: true })).toBeFocused();
    await topics.getByRole("link", { name: "Store", exact: true }).click();
    await expect(page.locator("h1")).toHaveText("Store");
    await expect(topics).toBeHidden();
    await server.close();
    expect(problems).toEqual([]);
  });
}

test("the heading that a link names is in view, below the bar that stays", async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  const server = await serve();
  await page.goto(`${server.url}/docs/cache#choose-a-policy`);
  const bar = page.locator(".bar");
  await expect
    .poll(() => bar.evaluate((element) => element.getBoundingClientRect().top))
    .toBeLessThanOrEqual(0);
  const top = await page
    .locator("#choose-a-policy")
    .evaluate((heading) => heading.getBoundingClientRect().top);
  const { height } = (await bar.boundingBox()) ?? { height: 0 };
  expect(top).toBeGreaterThanOrEqual(height);
  expect(top).toBeLessThan(200);
  await server.close();
});

test("a topic that does not exist is a 404", async ({ page }) => {
  const server = await serve();
  expect((await page.request.get(`${server.url}/docs/nothing`)).status()).toBe(404);
  await server.close();
});
