// Suspense and error boundaries, around lists, in rows, and around what loads late.
import { expect, test } from "../browser.js";
import { open, start } from "./app.js";

test.beforeEach(async ({ page }) => {
  await open(page);
  await start(page);
  await page.evaluate(() => {
    const { h, Component, createRoot } = window.kit;
    window.Boundary = class extends Component {
      state = {};
      static getDerivedStateFromError = (error) => ({ error });
      render() {
        const { error } = this.state;
        const again = () => this.setState({ error: undefined });
        if (error)
          return h("button", { type: "button", onClick: again }, `Failed: ${error.message}`);
        return this.props.children;
      }
    };
    window.root = createRoot(document.getElementById("root"), { onCaughtError() {} });
  });
});

test("a row that suspends shows its fallback, and the others stay", async ({ page, problems }) => {
  await page.evaluate(() => {
    const { h, List, use } = window.kit;
    const { promise, resolve } = Promise.withResolvers();
    window.arrive = resolve;
    const Late = () => h("p", null, use(promise));
    window.root.render(
      h(List, {
        items: ["a", "b", "c"],
        style: { height: 300 },
        fallback: h("p", null, "waiting"),
        renderItem: (item) => (item === "b" ? h(Late) : h("p", null, item)),
      }),
    );
  });
  await expect(page.getByText("waiting")).toBeVisible();
  await expect(page.getByText("c", { exact: true })).toBeVisible();
  await page.evaluate(() => window.arrive("arrived"));
  await expect(page.getByText("arrived")).toBeVisible();
  expect(problems).toEqual([]);
});

test("an error boundary in a row catches that row, one around the list the list", async ({
  page,
  problems,
}) => {
  await page.evaluate(() => {
    const { h, List } = window.kit;
    const { Boundary } = window;
    const Row = ({ item }) => {
      if (item === window.bad) throw new Error(item);
      return h("p", null, item);
    };
    window.bad = "b";
    const list = (renderItem) =>
      h(List, { items: ["a", "b", "c"], style: { height: 100 }, renderItem });
    window.root.render([
      h(
        "section",
        { key: 1 },
        list((item) => h(Boundary, null, h(Row, { item }))),
      ),
      h(
        "aside",
        { key: 2 },
        h(
          Boundary,
          null,
          list((item) => h(Row, { item })),
        ),
      ),
    ]);
  });
  await expect(page.locator("section").getByText("Failed: b")).toBeVisible();
  await expect(page.locator("section").getByText("c", { exact: true })).toBeVisible();
  await expect(page.locator("aside")).toHaveText("Failed: b");
  await page.evaluate(() => (window.bad = ""));
  await page.locator("aside").getByRole("button").click();
  await expect(page.locator("aside").getByText("b", { exact: true })).toBeVisible();
  expect(problems).toEqual([]);
});

test("a route that failed loads again when its boundary renders it again", async ({
  page,
  problems,
}) => {
  await page.evaluate(() => {
    const { h, lazyRoute, Suspense } = window.kit;
    window.loads = 0;
    const Page = ({ name }) => h("h1", null, `Hello ${name}`);
    const load = async () => {
      if (++window.loads < 3) throw new Error("offline");
      return { default: Page };
    };
    window.Route = lazyRoute(load, { retries: 0 });
    window.root.render(
      h(
        window.Boundary,
        null,
        h(Suspense, { fallback: "loading" }, h(window.Route, { name: "Ada" })),
      ),
    );
  });
  await expect(page.getByText(/Failed: .*offline/)).toBeVisible();
  await page.getByRole("button").click();
  await expect.poll(() => page.evaluate(() => window.loads)).toBe(2);
  await expect(page.getByText(/Failed: .*offline/)).toBeVisible();
  await page.getByRole("button").click();
  await expect(page.getByRole("heading")).toHaveText("Hello Ada");
  await page.evaluate(() => window.Route.preload());
  expect(await page.evaluate(() => window.loads)).toBe(3);
  expect(problems).toEqual([]);
});

test("Lazy shows a placeholder, an error with a button, and the module", async ({
  page,
  problems,
}) => {
  await page.evaluate(() => {
    const { h, Lazy, StrictMode } = window.kit;
    window.seen = [];
    window.ready = false;
    const load = async () => {
      if (!window.ready) throw new Error("offline");
      return { default: () => h("h2", null, "Chart") };
    };
    const props = {
      ...{ load, placeholder: "soon", options: { retries: 0 } },
      onError: (error) => window.seen.push(error.message),
      onLoad: (module) => window.seen.push(typeof module.default),
    };
    window.root.render(h(StrictMode, null, h(Lazy, props)));
  });
  await expect(page.getByRole("alert")).toHaveText(/could not be loaded/);
  await page.evaluate(() => (window.ready = true));
  const button = page.getByRole("button", { name: "Try again" });
  await button.focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading")).toHaveText("Chart");
  expect(await page.evaluate(() => window.seen)).toEqual([
    expect.stringContaining("offline"),
    "function",
  ]);
  expect(problems).toEqual([]);
});

test("Lazy waits until it is visible", async ({ page, problems }) => {
  await page.evaluate(() => {
    const { h, Lazy } = window.kit;
    const load = async () => ({ name: "Map" });
    window.root.render(
      h("div", null, [
        h("div", { key: 1, style: { height: 5000 } }),
        h(Lazy, {
          key: 2,
          load,
          when: "visible",
          placeholder: "soon",
          children: ({ name }) => name,
        }),
      ]),
    );
  });
  await expect(page.getByText("soon")).toBeAttached();
  await page.evaluate(() => scrollTo(0, 5000));
  await expect(page.getByText("Map")).toBeVisible();
  expect(problems).toEqual([]);
});
