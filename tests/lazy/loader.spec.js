// Import functions instead of URLs: `lazy(() => import(…))` and `<apus-lazy>.loader`.
import { expect, path, test } from "./fixture.js";

test.beforeEach(async ({ page }) => {
  await page.goto("/tests/pages/blank.html");
});

/** Serves a script that imports a neighbour, and runs it. */
async function run(page, server, text, spec = "ok") {
  server.extra["app.js"] = { body: text };
  server.extra["part.js"] = { body: "export const title = 'A part';" };
  await page.evaluate((url) => import(url), path(spec, "app.js"));
}

test("lazy() takes an import function, whose URL is relative to the caller", async ({
  page,
  server,
  problems,
}) => {
  await run(
    page,
    server,
    `import { lazy } from "/apus/index.js";
    lazy(() => import("./part.js")).then(({ title }) => { document.title = title; });`,
  );
  await expect(page).toHaveTitle("A part");
  expect(problems).toEqual([]);
});

test("lazy() rejects what is no function, URL or option", async ({ page }) => {
  const messages = await page.evaluate(async () => {
    const { lazy } = await import("/apus/index.js");
    const wrong = lazy(() => import("/x.js"), { budgte: 1 });
    return wrong.catch((error) => `${error}`);
  });
  expect(messages).toContain('unknown option "budgte"');
});

test("<apus-lazy> loads by its loader, set before or after the upgrade, and reports failures", async ({
  page,
  server,
  problems,
}) => {
  await run(
    page,
    server,
    `const make = () => Object.assign(document.createElement("apus-lazy"), { textContent: "Content" });
    const before = make();
    before.loader = () => import("./part.js");
    document.body.append(before);
    await import("/apus/define/lazy.js");
    const after = make();
    document.body.append(after);
    after.loader = () => import("./part.js");
    const wrong = make();
    wrong.addEventListener("error", (event) => { event.preventDefault(); document.title = event.detail.error.message; });
    wrong.loader = async () => { throw new Error("no such part"); };
    document.body.append(wrong);
    let thrown;
    try { wrong.loader = "./part.js"; } catch (error) { thrown = error; }
    globalThis.thrown = String(thrown);`,
  );
  await expect(page.getByText("Content")).toHaveCount(3);
  await expect(page.getByText("Content").nth(0)).toBeVisible();
  await expect(page.getByText("Content").nth(1)).toBeVisible();
  await expect(page).toHaveTitle(/no such part/);
  const [titles, thrown] = await page.evaluate(() => [
    [...document.querySelectorAll("apus-lazy")].slice(0, 2).map(({ module }) => module.title),
    globalThis.thrown,
  ]);
  expect(titles).toEqual(["A part", "A part"]);
  expect(thrown).toContain("must be a function");
  expect(problems).toEqual([]);
});

test("while it waits, <apus-lazy> fetches the loader ahead", async ({ page }) => {
  const loader = page.waitForResponse(/\/apus\/page-loader-/);
  await page.evaluate(async () => {
    await import("/apus/define/lazy.js");
    const element = document.createElement("apus-lazy");
    element.setAttribute("when", "interaction");
    element.setAttribute("src", "/tests/engines/module.js");
    document.body.append(element);
  });
  expect((await loader).ok()).toBe(true);
  expect(await page.evaluate(() => document.querySelector("apus-lazy").state)).toBe("idle");
});
