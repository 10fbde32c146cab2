// Which modules a module imports.
import assert from "node:assert/strict";
import { test } from "node:test";
import { importsOf } from "../../js/lazy/load/imports.js";
import { importsOf as parsed } from "../../js/lazy/load/lexer.js";

const url = "https://x.test/a/b.js";

test("every form of a static import is found", async () => {
  for (const text of [
    'import "./c.js"',
    'import{x}from"./c.js"',
    "import x, * as y from './c.js';",
    'import/**/"./c.js"',
    'import//\n"./c.js"',
    'import\n{ x }\nfrom\n"./c.js"',
    'export*from"./c.js"',
    'export * as all from "./c.js"',
    'export { x as y } from/* here */"./c.js"',
    'export { x } from\r\n\t"./c.js"',
    'import data from "./c.js" with { type: "json" }',
    'const a = 1;import"./c.js";import("./d.js")',
    'await import("./d.js");import.meta.url;export{x}from"./c.js"',
  ]) {
    assert.deepEqual(await importsOf(url, text), ["https://x.test/a/c.js"], text);
  }
});

test("a module without static imports has none, as the lexer says", async () => {
  for (const text of [
    "",
    "export const a = 1",
    'const all = Array.from("abc"); export { all }',
    'export default () => import("./d.js")',
    "export default import.meta.url",
    'import ("./d.js"); import . meta',
    'const text = "import x from"; /* from "./e.js" */',
    'customElements.define("x-from", class extends HTMLElement {});',
  ]) {
    assert.deepEqual(await importsOf(url, text), [], text);
    assert.deepEqual(await parsed(url, text), [], text);
  }
});
