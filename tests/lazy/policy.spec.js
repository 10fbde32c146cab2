// Strict policies, and connections on which prefetching should do nothing.
import { expect, path, test } from "./fixture.js";

const policies = {
  "a nonce":
    "default-src 'none'; script-src 'nonce-once' 'wasm-unsafe-eval'; connect-src 'self'; base-uri 'none'",
  "a nonce and strict-dynamic":
    "default-src 'none'; script-src 'nonce-once' 'strict-dynamic' 'wasm-unsafe-eval'; connect-src 'self'",
  "'self'":
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; base-uri 'none'",
};
for (const [name, policy] of Object.entries(policies)) {
  test(`works under a policy of ${name}`, async ({ page, server, problems }) => {
    server.extra["app.js"] = {
      body: `import { lazy, lazyImport } from "/apus/index.js";
        import "/apus/define/lazy.js";
        const { size } = await lazy(new URL("./m0.js", import.meta.url));
        const { name } = await lazyImport(() => import("./m4.js"))();
        const element = document.createElement("apus-lazy");
        element.src = new URL("./m8.js", import.meta.url).pathname;
        element.innerHTML = "<p>Content</p>";
        document.body.append(element);
        element.addEventListener("load", () => { document.title = size + " " + name; });`,
    };
    server.extra["page.html"] = {
      type: "text/html",
      body: `<!doctype html><script type="module" nonce="once" src="app.js"></script><body>`,
      headers: { "content-security-policy": policy },
    };
    await page.goto(path("first=0", "page.html"));
    await expect(page).toHaveTitle("10 m4.js");
    await expect(page.getByText("Content")).toBeVisible();
    expect(problems).toEqual([]);
  });
}

for (const connection of [{ saveData: true }, { effectiveType: "slow-2g" }]) {
  test(`prefetches nothing with ${JSON.stringify(connection)}`, async ({ page, server }) => {
    await page.goto("/tests/pages/blank.html");
    await page.evaluate((connection) => {
      globalThis.looks = 0;
      globalThis.connection = connection;
      const get = () => {
        globalThis.looks++;
        return globalThis.connection;
      };
      Object.defineProperty(navigator, "connection", { get });
    }, connection);
    const url = path("ok");
    const prefetch = async () =>
      page.evaluate(async (url) => {
        const { prefetch } = await import("/apus/index.js");
        prefetch(url, { when: "now" });
      }, url);
    await prefetch();
    await expect.poll(() => page.evaluate(() => globalThis.looks)).toBe(1);
    expect(server.requests.get(url)).toBe(undefined);
    await page.evaluate(() => {
      globalThis.connection = { effectiveType: "4g" };
    });
    await prefetch();
    await expect.poll(() => server.requests.get(url)).toBe(1);
  });
}
