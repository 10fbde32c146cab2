// What a page downloads for the plain use of one room: its files, how large each one is, and which
// modules are in it.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { root } from "./run.js";

/** Plain uses of the rooms, run in the page; each resolves when it works. */
const uses = {
  cache: async () => {
    const element = document.createElement("apus-cache");
    element.setAttribute("name", "plain");
    document.body.append(element);
    const cache = await element.ready;
    cache.set("a", 1);
    return cache.get("a") === 1;
  },
  list: async () => {
    const list = document.createElement("apus-list");
    list.style.height = "200px";
    list.renderItem = (item, _index, row) => {
      row.textContent = item;
    };
    list.items = ["one", "two"];
    document.body.append(list);
    while (!list.textContent.includes("two")) await new Promise(requestAnimationFrame);
    return true;
  },
  lazy: async () => {
    const element = document.createElement("apus-lazy");
    const loaded = new Promise((resolve) => element.addEventListener("load", resolve));
    element.setAttribute("src", "/tests/engines/module.js");
    document.body.append(element);
    await loaded;
    return true;
  },
  sampler: async () => {
    const element = document.createElement("apus-sampler");
    document.body.append(element);
    while (!element.sampler) await new Promise(requestAnimationFrame);
    element.sampler.track("plain", 1);
    return element.sampler.summary("plain")?.count === 1;
  },
};

/** KB of all files together. They may only fall. @type {Record<keyof typeof uses, number>} */
export const budgets = { cache: 19.4, list: 24.25, lazy: 17, sampler: 25.25 };

/** The rooms whose plain use is known. */
export const used = /** @type {(keyof typeof uses)[]} */ (Object.keys(uses));

/**
 * @typedef {object} Download
 * @property {string} name in dist/
 * @property {number} bytes gzip
 * @property {number} more bytes that it adds to the others, if all scripts were one file
 * @property {[string, number][]} modules path and minified characters, the largest first
 */

/**
 * Uses a room in a page of the development server.
 * @param {import("@playwright/test").Page} page blank @param {keyof typeof uses} room
 * @returns {Promise<Download[]>} in the order of the requests
 */
export async function download(page, room) {
  /** @type {Set<string>} */
  const names = new Set();
  page.on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.startsWith("/apus/")) names.add(pathname.slice("/apus/".length));
  });
  await page.goto("/tests/pages/blank.html");
  await page.evaluate((room) => import(`/apus/define/${room}.js`), room);
  if (!(await page.evaluate(uses[room]))) throw new Error(`the plain use of ${room} failed`);
  await page.waitForLoadState("networkidle");
  const files = await Promise.all(
    [...names].map(async (name) => ({ name, content: await readFile(join(root, "dist", name)) })),
  );
  const scripts = files.filter(({ name }) => name.endsWith(".js"));
  const all = gzip(scripts.map(({ content }) => content));
  return Promise.all(
    files.map(async ({ name, content }) => {
      const others = scripts.filter((file) => file.name !== name).map(({ content }) => content);
      const bytes = gzip([content]);
      const script = name.endsWith(".js");
      return {
        name,
        bytes,
        more: script ? all - gzip(others) : bytes,
        modules: script ? await modulesOf(name, content.toString()) : [],
      };
    }),
  );
}

/** @param {Uint8Array[]} contents one after the other @returns {number} bytes */
const gzip = (contents) => gzipSync(Buffer.concat(contents), { level: 9 }).length;

/**
 * Which modules a script was made of, from its source map.
 * @param {string} name @param {string} code @returns {Promise<[string, number][]>}
 */
async function modulesOf(name, code) {
  const map = JSON.parse(
    await readFile(join(root, "dist", `${name}.map`), "utf8").catch(
      () => '{"sources":[],"mappings":""}',
    ),
  );
  const sizes = new Array(map.sources.length).fill(0);
  let source = 0;
  for (const [row, line] of map.mappings.split(";").entries()) {
    const { length } = code.split("\n")[row] ?? "";
    let [column, from, known] = [0, 0, false];
    for (const segment of line ? line.split(",") : []) {
      const fields = numbers(segment);
      column += fields[0];
      if (known) sizes[source] += column - from;
      known = fields.length > 1;
      if (known) source += fields[1];
      from = column;
    }
    if (known) sizes[source] += length - from;
  }
  return map.sources
    .map((path, at) => [path.replace(/^(\.\.\/)+/, ""), sizes[at]])
    .sort((a, b) => b[1] - a[1]);
}

const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Base64 VLQ, as in ECMA-426. @param {string} segment */
function numbers(segment) {
  const found = [];
  let [value, shift] = [0, 0];
  for (const digit of segment) {
    const bits = digits.indexOf(digit);
    value |= (bits & 31) << shift;
    shift += 5;
    if (bits & 32) continue;
    found.push(value & 1 ? -(value >>> 1) : value >>> 1);
    [value, shift] = [0, 0];
  }
  return found;
}

/**
 * A table of what the rooms download, and with `files` one for each room.
 * @param {import("./bench/report.js").Report} report @param {boolean} files
 */
export async function reportDownloads(report, files) {
  const { chromium } = await import("@playwright/test");
  const { findChromium } = await import("./setup/chromium.js");
  const { serve } = await import("./serve.js");
  const server = await serve();
  const browser = await chromium.launch({ executablePath: findChromium(), args: ["--no-sandbox"] });
  const totals = [];
  try {
    for (const room of used) {
      const page = await browser.newPage({ baseURL: server.url });
      const found = await download(page, room);
      const wasm = found.filter(({ name }) => name.endsWith(".wasm"));
      totals.push([room, found.length, KB(wasm), KB(found), budgets[room]]);
      if (files) reportFiles(report, room, found);
    }
  } finally {
    await browser.close();
    await server.close();
  }
  report.table("downloads", {
    caption:
      "What a page downloads for the plain use of one room: WebAssembly, facade and element, gzip",
    columns: ["", "files", "WebAssembly, KB", "all, KB", "budget, KB"],
    rows: totals,
  });
}

/** @param {import("./bench/report.js").Report} report @param {string} room @param {Download[]} files */
function reportFiles(report, room, files) {
  report.table(room, {
    caption: room,
    columns: ["", "KB", "KB more", "minified bytes"],
    rows: files.flatMap(({ name, bytes, more, modules }) => [
      [name, KB([{ bytes }]), KB([{ bytes: more }]), ""],
      ...modules.map(([path, size]) => [`  ${path}`, "", "", String(size)]),
    ]),
  });
}

/** @param {{ bytes: number }[]} files */
const KB = (files) => (files.reduce((sum, { bytes }) => sum + bytes, 0) / 1024).toFixed(2);
