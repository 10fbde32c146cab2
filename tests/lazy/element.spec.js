import { expect, path, test } from "./fixture.js";

test.beforeEach(async ({ page }) => {
  await page.goto("/tests/pages/blank.html");
});

/** Puts an element into the page and records its events. */
async function insert(page, html) {
  await page.evaluate(async (html) => {
    await import("/apus/define.js");
    window.events = [];
    const host = document.createElement("div");
    for (const type of ["load", "error", "retry"]) {
      host.addEventListener(
        type,
        ({ detail, type }) => detail && window.events.push([type, detail]),
        true,
      );
    }
    document.body.append(host);
    host.innerHTML = html;
  }, html);
  return page.locator("apus-lazy");
}

const parts = `<p>Content</p><p slot="placeholder">Wait</p><p slot="error">Sorry</p>`;

test("shows its content when the module has loaded", async ({ page, problems }) => {
  const element = await insert(page, `<apus-lazy src="${path("ok")}">${parts}</apus-lazy>`);
  await expect(page.getByText("Content")).toBeVisible();
  await expect(page.getByText("Wait")).toBeHidden();
  await expect(page.getByText("Sorry")).toBeHidden();
  await expect(element).not.toHaveAttribute("aria-busy");
  const size = await page.evaluate(() =>
    window.events.map(([type, { module }]) => [type, module.size]),
  );
  expect(size).toEqual([["load", 10]]);
  expect(problems).toEqual([]);
});

test("recovers when the first two requests fail, and reports it", async ({ page }) => {
  await insert(page, `<apus-lazy src="${path("first=2,only=m0.js")}">${parts}</apus-lazy>`);
  await expect(page.getByText("Content")).toBeVisible();
  const events = await page.evaluate(() =>
    window.events.map(([type, { attempt, delay }]) => [type, attempt, delay >= 0]),
  );
  expect(events).toEqual([
    ["retry", 1, true],
    ["retry", 2, true],
    ["load", undefined, false],
  ]);
});

test("is busy and shows the placeholder while it waits", async ({ page }) => {
  const element = await insert(page, `<apus-lazy src="${path("hang=1")}">${parts}</apus-lazy>`);
  await expect(page.getByText("Wait")).toBeVisible();
  await expect(page.getByText("Content")).toBeHidden();
  await expect(element).toHaveAttribute("aria-busy", "true");
});

test("shows the error, and loads again when the button is pressed", async ({ page }) => {
  const src = path("first=1,only=m0.js");
  await insert(page, `<apus-lazy src="${src}" retries="0">${parts}</apus-lazy>`);
  await expect(page.getByText("Sorry")).toBeVisible();
  await expect(page.getByText("Wait")).toBeHidden();
  const code = await page.evaluate(() => window.events.at(-1)[1].error.code);
  expect(code).toBe("GAVE_UP");
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByText("Content")).toBeVisible();
});

test("a hanging request times out, and the budget ends all attempts", async ({ page }) => {
  const src = path("hang=1");
  await insert(page, `<apus-lazy src="${src}" timeout="200" budget="3000">${parts}</apus-lazy>`);
  await expect(page.getByText("Sorry")).toBeVisible();
  const [type, code, cause] = await page.evaluate(() => {
    const [type, { error }] = window.events.at(-1);
    return [type, error.code, error.cause.code];
  });
  expect([type, code, cause]).toEqual(["error", "GAVE_UP", "TIMEOUT"]);
});

test("without src it shows its placeholder until it has one, also again later", async ({
  page,
  problems,
}) => {
  const element = await insert(page, `<apus-lazy>${parts}</apus-lazy>`);
  await expect(page.getByText("Wait")).toBeVisible();
  await expect(page.getByText("Sorry")).toBeHidden();
  const src = path("ok");
  await element.evaluate((node, src) => {
    node.src = src;
  }, src);
  await expect(page.getByText("Content")).toBeVisible();
  await element.evaluate((node) => {
    node.src = null;
  });
  await expect(page.getByText("Wait")).toBeVisible();
  await element.evaluate((node, src) => {
    node.src = src;
  }, src);
  await expect(page.getByText("Content")).toBeVisible();
  expect(await page.evaluate(() => events.map(([type]) => type))).toEqual(["load", "load"]);
  expect(problems).toEqual([]);
});

test("load() without src: the event has the reason, and visitors read plain words", async ({
  page,
}) => {
  const element = await insert(page, "<apus-lazy></apus-lazy>");
  await element.evaluate((node) => node.load());
  await expect(element.getByRole("alert")).toHaveText("This part could not be loaded.Try again");
  expect(await element.evaluate(({ error }) => error.message)).toContain("has no src");
});

test("an error that nobody cancels is on the console", async ({ page, problems }) => {
  await insert(page, `<apus-lazy src="https://elsewhere.example/a.js">${parts}</apus-lazy>`);
  const logged = () => problems.filter((text) => text.startsWith("JSHandle@node"));
  await expect.poll(logged).toHaveLength(1);
  await page.evaluate(() => {
    document.querySelector("div").addEventListener("error", (event) => event.preventDefault(), {
      capture: true,
    });
    return document.querySelector("apus-lazy").load();
  });
  expect(logged()).toHaveLength(1);
  problems.length = 0;
});

test("an element removed from the page stops loading", async ({ page, server }) => {
  const src = path("hang=1");
  const element = await insert(page, `<apus-lazy src="${src}" timeout="50">${parts}</apus-lazy>`);
  await expect.poll(() => server.requests.get(src)).toBeGreaterThan(0);
  const state = await element.evaluate(async (node) => {
    node.remove();
    await Promise.resolve();
    return node.state;
  });
  expect(state).toBe("idle");
  expect(await page.evaluate(() => window.events.filter(([type]) => type !== "retry"))).toEqual([]);
});

test("waits until it is visible", async ({ page, server }) => {
  const src = path("ok");
  await page.evaluate(() => {
    document.body.style.paddingTop = "300vh";
  });
  const element = await insert(page, `<apus-lazy src="${src}" when="visible">${parts}</apus-lazy>`);
  await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)));
  expect(server.requests.get(src)).toBe(undefined);
  await element.scrollIntoViewIfNeeded();
  await expect(page.getByText("Content")).toBeVisible();
});

for (const [how, act] of Object.entries({
  pointed: (element) => element.hover(),
  focused: (element) => element.locator("button[slot]").focus(),
})) {
  const html = () => `<apus-lazy src="${path("ok")}" when="interaction">
    <p>Content</p><button slot="placeholder">Wait</button></apus-lazy>`;

  test(`waits until it is ${how}`, async ({ page }) => {
    const watching = page.waitForResponse(/\/triggers-/);
    const element = await insert(page, html());
    await (await watching).finished();
    await expect(page.getByText("Wait")).toBeVisible();
    expect(await element.evaluate(({ state }) => state)).toBe("idle");
    await act(element);
    await expect(page.getByText("Content")).toBeVisible();
  });

  test(`loads when it was ${how} before the trigger's code had loaded`, async ({ page }) => {
    const held = new Promise((resolve) => page.route(/\/triggers-/, resolve, { times: 1 }));
    const element = await insert(page, html());
    await act(element);
    await (await held).continue();
    await expect(page.getByText("Content")).toBeVisible();
  });
}

test("creates the custom element that the module defines", async ({ page, server }) => {
  server.extra["clock.js"] = {
    body: `customElements.define("x-clock", class extends HTMLElement {
      connectedCallback() { this.textContent = "Noon"; } });`,
  };
  const html = `<apus-lazy src="${path("ok", "clock.js")}" element="x-clock">${parts}</apus-lazy>`;
  const element = await insert(page, html);
  await expect(page.getByText("Noon")).toBeVisible();
  await element.evaluate((node) => node.load());
  await expect(element.locator("x-clock")).toHaveCount(1);
});

test("a new src or element takes the former element's place", async ({ page, server }) => {
  for (const name of ["a", "b", "c"]) {
    const define = (tag) =>
      `customElements.define("x-${tag}", class extends HTMLElement {
        connectedCallback() { this.textContent = "${tag}"; } });`;
    server.extra[`${name}.js`] = { body: define(name) + (name === "b" ? define("b2") : "") };
  }
  const url = (name) => path("ok", `${name}.js`);
  const html = `<apus-lazy src="${url("a")}" element="x-a"><p>Mine</p></apus-lazy>`;
  const element = await insert(page, html);
  const children = () => element.evaluate((node) => [...node.children].map((it) => it.localName));
  await expect.poll(children).toEqual(["p", "x-a"]);
  const set = (values) => element.evaluate((node, values) => Object.assign(node, values), values);
  await set({ src: url("b"), element: "x-b" });
  await expect.poll(children).toEqual(["p", "x-b"]);
  await set({ element: "x-b2" });
  await expect.poll(children).toEqual(["p", "x-b2"]);
  await set({ element: "x-c", src: url("c") });
  await expect.poll(children).toEqual(["p", "x-c"]);
  await set({ element: null });
  await expect.poll(children).toEqual(["p"]);
});

test("reports that the module does not define the element, or that its name is taken", async ({
  page,
  server,
}) => {
  server.extra["taken.js"] = {
    body: `customElements.define("apus-lazy", class extends HTMLElement {});`,
  };
  const codes = async () => page.evaluate(() => window.events.map(([, { error }]) => error?.code));
  await insert(page, `<apus-lazy src="${path("ok")}" element="x-none">${parts}</apus-lazy>`);
  await expect.poll(codes).toEqual(["ELEMENT_MISSING"]);
  await insert(page, `<apus-lazy src="${path("ok", "taken.js")}">${parts}</apus-lazy>`);
  await expect.poll(codes).toEqual(["ELEMENT_NAME_TAKEN"]);
});

test("keeps the focus during a retry, and moves it to the loaded content", async ({ page }) => {
  const src = path("first=2,only=m0.js");
  const element = await insert(page, `<apus-lazy src="${src}" retries="0">${parts}</apus-lazy>`);
  const button = page.getByRole("button", { name: "Try again" });
  await button.focus();
  await page.keyboard.press("Enter"); // fails once more
  await expect.poll(() => page.evaluate(() => window.events.length)).toBe(2);
  await expect(page.getByText("Sorry")).toBeVisible();
  await expect(button).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByText("Content")).toBeVisible();
  await expect(element).toBeFocused();
});

test("a button of the page in the error slot retries", async ({ page }) => {
  const html = `<apus-lazy src="${path("first=1,only=m0.js")}" retries="0"><p>Content</p>
    <p slot="error">Sorry <button data-retry>Once more</button></p></apus-lazy>`;
  await insert(page, html);
  await expect(page.getByRole("button")).toHaveText(["Once more"]);
  await page.getByRole("button").click();
  await expect(page.getByText("Content")).toBeVisible();
});

test("a new src loads the new module", async ({ page }) => {
  const element = await insert(page, `<apus-lazy src="${path("hang=1")}">${parts}</apus-lazy>`);
  await element.evaluate((node, src) => {
    node.src = src;
  }, path("ok"));
  await expect(page.getByText("Content")).toBeVisible();
});

test("keeps its reserved height", async ({ page }) => {
  const element = await insert(page, `<apus-lazy src="${path("ok")}"><p>Content</p></apus-lazy>`);
  const height = () =>
    element.evaluate((node) => {
      node.style.setProperty("--apus-lazy-min-height", "200px");
      return node.offsetHeight;
    });
  expect(await height()).toBe(200);
  await expect(page.getByText("Content")).toBeVisible();
  expect(await height()).toBe(200);
});
