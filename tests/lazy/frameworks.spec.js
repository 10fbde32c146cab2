// lazyImport() in frameworks that split routes: a component loads although the
// first requests of each file fail.
import { build } from "esbuild";
import { root } from "../../tools/run.js";
import { expect, path, test } from "./fixture.js";

const apps = {
  React: {
    app: `
      import { createElement, lazy, Suspense } from "react";
      import { createRoot } from "react-dom/client";
      import { lazyImport } from "/apus/index.js";
      const Greeting = lazy(lazyImport(() => import("./greeting.js")));
      const wait = createElement("p", null, "Wait");
      const greeting = createElement(Greeting, { name: "React" });
      createRoot(document.body).render(createElement(Suspense, { fallback: wait }, greeting));`,
    greeting: "export default ({ name }) => hello(name);",
  },
  Vue: {
    app: `
      import { createApp, defineAsyncComponent, h } from "vue";
      import { lazyImport } from "/apus/index.js";
      const loadingComponent = { render: () => h("p", "Wait") };
      const loader = lazyImport(() => import("./greeting.js"));
      const Greeting = defineAsyncComponent({ loader, loadingComponent, delay: 0 });
      createApp({ render: () => h(Greeting, { name: "Vue" }) }).mount(document.body);`,
    greeting: `export default { props: ["name"], render() { return hello(this.name); } };`,
  },
  Lit: {
    app: `
      import { html, render } from "lit";
      import { until } from "lit/directives/until.js";
      import { lazyImport } from "/apus/index.js";
      const greeting = lazyImport(() => import("./greeting.js"));
      const text = greeting().then((module) => module.default("Lit"));
      render(html\`\${until(text, html\`<p>Wait</p>\`)}\`, document.body);`,
    greeting: "export default hello;",
  },
};

/** @param {string} contents */
async function bundled(contents) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root },
    bundle: true,
    minify: true,
    format: "esm",
    external: ["/apus/*", "./greeting.js"],
    define: {
      "process.env.NODE_ENV": '"production"',
      __VUE_OPTIONS_API__: "true",
      __VUE_PROD_DEVTOOLS__: "false",
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false",
    },
    write: false,
    logLevel: "error",
  });
  return outputFiles[0].text;
}

for (const [name, { app, greeting }] of Object.entries(apps)) {
  test(`${name} shows a component that lazyImport loaded through a bad network`, async ({
    page,
    server,
    problems,
  }) => {
    server.extra["app.js"] = { body: await bundled(app) };
    server.extra["greeting.js"] = { body: `import { hello } from "./hello.js"; ${greeting}` };
    // Held by the module itself: Playwright's routes would switch the HTTP cache off.
    server.extra["hello.js"] = {
      body: `await new Promise((resolve) => { globalThis.release = resolve; });
        export const hello = (name) => "Hello " + name;`,
    };
    const url = path("first=2,fault=reset", "app.js");
    await page.goto("/tests/pages/blank.html");
    await page.evaluate(async (url) => {
      const { lazy } = await import("/apus/index.js");
      await lazy(url);
    }, url);
    await expect(page.getByText("Wait")).toBeVisible();
    await page.waitForFunction(() => globalThis.release);
    await page.evaluate(() => globalThis.release());
    await expect(page.getByText(`Hello ${name}`)).toBeVisible();
    expect(server.requests.get(url.replace("app.js", "hello.js"))).toBe(3);
    // The browser reports each broken connection; nothing else went wrong.
    expect(problems.splice(0).filter((text) => !/ERR_EMPTY_RESPONSE/.test(text))).toEqual([]);
  });
}
