import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { drawCharts } from "../../tools/docs/charts.js";
import { rowsOf, versionOf } from "../../tools/docs/engines.js";
import { readFigures } from "../../tools/docs/figures.js";
import { root } from "./documents.js";

const figures = await readFigures();
const draw = (/** @type {string} */ what) => drawCharts(`<!-- chart ${what} -->`, figures);

test("a column's chart has a bar for each row that has a number, in proportion", () => {
  const html = draw("cache/speed: get hit");
  const { columns, rows } = figures.cache.tables.speed;
  const at = columns.indexOf("get hit");
  const widths = [...html.matchAll(/<rect width="([\d.]+)%"/g)].map(([, width]) => Number(width));
  assert.equal(widths.length, rows.length);
  assert.equal(Math.max(...widths), 100);
  const values = rows.map((row) => Number(String(row[at]).replace(",", "")));
  const most = Math.max(...values);
  for (const [index, value] of values.entries())
    assert.ok(Math.abs(widths[index] - (100 * value) / most) < 0.01);
  assert.match(html, /role="img" aria-label="apus [\d.]+, lru-cache [\d.]+/);
});

test("a row's chart has a bar for each column that has a number", () => {
  const html = draw("list/rows: script ms a frame");
  const row = figures.list.tables.rows.rows.find(([name]) => name === "script ms a frame") ?? [];
  const numbers = row.slice(1).filter((cell) => cell !== "" && cell !== null);
  assert.equal([...html.matchAll(/<rect/g)].length, numbers.length);
});

test("the claims' chart has every comparison, and its losses to the left", () => {
  const claims = Object.values(figures).flatMap(({ claims }) => claims);
  const html = draw("claims");
  const losses = claims.filter(({ apus, peer }) => apus > peer).length;
  assert.ok(losses > 0);
  assert.equal([...html.matchAll(/class="loss"/g)].length, losses);
  assert.equal([...html.matchAll(/class="(?:loss|own)"/g)].length, claims.length);
  assert.equal([...html.matchAll(/× worse/g)].length, 2 * losses); // to be seen, and to be read out
});

test("a chart of what was not recorded is an error", () => {
  assert.throws(() => draw("cache/nothing: x"), /no such table/);
  assert.throws(() => draw("cache/speed: x"), /no row or column "x"/);
});

test("every chart of the documents can be drawn, and its table follows", () => {
  const text = readFileSync(`${root}demo/docs/performance.md`, "utf8");
  const charts = [...text.matchAll(/<!-- chart ([\w-]+(?:\/[\w-]+)?)/g)];
  assert.ok(charts.length >= 6);
  assert.doesNotMatch(drawCharts(text, figures), /<!-- chart/);
  for (const [, name] of charts) assert.ok(text.includes(`<!-- figures ${name} -->`), name);
});

test("what engines passed, failed and skipped is read from the output of the tests", () => {
  const tap = [
    "ok 1 - Firefox: a list shows rows",
    "not ok 2 - WebKit: a list shows rows",
    "ok 3 - WebKit: tabs agree # SKIP no WebKit here",
    "ok 4 - something else",
  ].join("\n");
  assert.deepEqual(rowsOf(tap, ["Firefox", "WebKit"]), [
    ["a list shows rows", "yes", "no"],
    ["tabs agree", "not tested", "not tested"],
  ]);
  assert.equal(versionOf("Mozilla/5.0 (X11) Gecko/20100101 Firefox/153.0"), "Firefox 153.0");
  assert.equal(versionOf("AppleWebKit/605.1.15 Version/60.5 Safari/605.1.15"), "WebKitGTK");
});
