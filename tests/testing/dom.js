// The fakes, and the real elements' warning, in a document for unit tests. Each document needs a
// process of its own, because modules keep the globals that they were imported under.
import assert from "node:assert/strict";
import { test } from "node:test";

/** Makes a window's classes global, as Vitest and Jest do. @param {any} window */
function install(window) {
  const names = [
    "document",
    "customElements",
    "Node",
    "Element",
    "HTMLElement",
    "HTMLTemplateElement",
  ];
  names.push("EventTarget", "Event", "CustomEvent", "MutationObserver");
  for (const name of names) {
    Object.defineProperty(globalThis, name, {
      value: window[name],
      configurable: true,
      writable: true,
    });
  }
}

/** @param {any} window @param {RegExp} lacks what its warning names */
export async function testFakes(window, lacks) {
  install(window);
  const { document } = window;

  test("the real elements stay unregistered, with one warning", async ({ mock }) => {
    const warn = mock.method(console, "warn", () => {});
    await import("../../js/define.js");
    while (!warn.mock.calls.length) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(window.customElements.get("apus-list"), undefined);
    assert.equal(warn.mock.calls.length, 1);
    assert.match(warn.mock.calls[0].arguments[0], lacks);
    assert.match(warn.mock.calls[0].arguments[0], /apus\/testing/);
    document.body.innerHTML = "<apus-list></apus-list>";
    document.querySelector("apus-list").items = ["harmless"];
    document.body.replaceChildren();
  });

  test("a fake list renders all rows at once, and releases them", async () => {
    const { defineFakes } = await import("../../js/testing/index.js");
    defineFakes();
    const list = document.createElement("apus-list");
    const released = [];
    list.renderItem = (item, index, row) => {
      row.textContent = `${index} ${item}`;
    };
    list.releaseItem = (_row, item) => released.push(item);
    list.items = ["a", "b"];
    document.body.append(list);
    const texts = () => [...list.querySelectorAll("[role=listitem]")].map((row) => row.textContent);
    assert.deepEqual(texts(), ["0 a", "1 b"]);
    list.splice(1, 0, ["c"]);
    assert.deepEqual(texts(), ["0 a", "1 c", "2 b"]);
    assert.deepEqual(released, ["a", "b"]);
    assert.throws(() => list.splice(9), RangeError);
    list.select([{ start: 0, end: 2 }]);
    assert.equal(list.isSelected(1), true);
    assert.equal(await list.find("b"), 2);
    list.stickToEnd = true;
    assert.equal(list.hasAttribute("stick-to-end"), true);
    list.remove();
  });

  test("a fake list reads a source to its end", async () => {
    const list = document.createElement("apus-list");
    const all = Array.from({ length: 250 }, (_, i) => `row ${i}`);
    document.body.append(list);
    const full = new Promise((resolve) => list.addEventListener("rangechange", resolve));
    list.source = { getRange: async (start, end) => all.slice(start, end) };
    await full;
    assert.equal(list.children.length, 250);
    assert.equal(list.lastElementChild.textContent, "row 249");
    list.remove();
  });

  test("a fake list reports what renderItem throws", async ({ mock }) => {
    mock.method(console, "error", () => {});
    const list = document.createElement("apus-list");
    const reported = new Promise((resolve) => list.addEventListener("error", resolve));
    list.renderItem = () => {
      throw new Error("no");
    };
    list.items = ["a"];
    document.body.append(list);
    assert.equal((await reported).detail.error.message, "no");
    list.remove();
  });

  test("<apus-lazy> loads a fake module or its loader, and shows the slot of its state", async ({
    mock,
  }) => {
    const { fakeModule, resetFakes } = await import("../../js/testing/index.js");
    mock.method(console, "error", () => {});
    fakeModule("./chart.js", { draw: 1 });
    const load = async (change) => {
      document.body.innerHTML =
        '<apus-lazy><p>Chart</p><p slot="placeholder">Wait</p><p slot="error">Sorry</p></apus-lazy>';
      const element = document.querySelector("apus-lazy");
      const ended = new Promise((resolve) => {
        for (const type of ["load", "error"]) element.addEventListener(type, resolve);
      });
      change(element);
      await ended;
      const shown = [...element.children].filter((it) => !it.hasAttribute("hidden"));
      return [element.state, element.module, ...shown.map((it) => it.textContent)];
    };
    const of = (change) => load((element) => Object.assign(element, change));
    assert.deepEqual(await of({ src: "./chart.js" }), ["loaded", { draw: 1 }, "Chart"]);
    assert.deepEqual(await of({ src: "./none.js" }), ["failed", undefined, "Sorry"]);
    const byLoader = await load((element) => {
      element.loader = async () => ({ draw: 2 });
      element.load();
    });
    assert.deepEqual(byLoader, ["loaded", { draw: 2 }, "Chart"]);
    resetFakes();
    assert.equal((await of({ src: "./chart.js" }))[0], "failed");
  });

  test("<apus-cache> is open at once and answers context requests", () => {
    document.body.innerHTML = "<apus-cache name=fake max-entries=2><i></i></apus-cache>";
    const { cache } = document.querySelector("apus-cache");
    cache.set("a", 1).set("b", 2).set("c", 3);
    assert.deepEqual([...cache.keys()], ["c", "b"]);
    const detail = { context: Symbol.for("apus-cache"), callback: (given) => given.set("d", 4) };
    const request = new window.CustomEvent("context-request", { bubbles: true });
    document.querySelector("i").dispatchEvent(Object.assign(request, detail));
    assert.equal(cache.get("d"), 4);
    document.body.replaceChildren();
    assert.throws(() => cache.get("a"), { code: "CLOSED" });
  });
}
