// The cache against its peers. Prints tables; returns the metrics.
import { join } from "node:path";
import { serve } from "../../tools/serve.js";
import { findChromium } from "../../tools/setup/chromium.js";

const here = new URL("./bench/", import.meta.url).pathname;

/** @param {{ quick?: boolean, node?: boolean }} options */
export async function bench(options) {
  const times = options.node ? await inNode(options) : await inPage(options);
  print(times);
  return speedMetrics(times);
}

async function inNode(options) {
  const { Cache } = await import("../../js/cache/index.js");
  const { speed } = await import("./bench/speed.js");
  const { apusOptions, peers } = await import("./bench/peers.js");
  const apus = (max) => Cache.open("bench", apusOptions(max));
  return speed({ apus, ...peers }, (name) => import(`./bench/loops.js?${name}`), options);
}

async function inPage(options) {
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    entryPoints: [join(here, "in-page.js")],
    bundle: true,
    format: "esm",
    write: false,
    external: ["/tests/*"],
  });
  const bundle = Buffer.from(outputFiles[0].contents);
  const server = await serve({
    handle: (_, response, { pathname }) => {
      if (pathname !== "/bench.js") return false;
      response.writeHead(200, { "content-type": "text/javascript" }).end(bundle);
      return true;
    },
  });
  const { chromium } = await import("playwright-core");
  const browser = await chromium.launch({ executablePath: findChromium(), args: ["--no-sandbox"] });
  try {
    const page = await browser.newPage();
    await page.goto(`${server.url}/tests/pages/blank.html`);
    return await page.evaluate(async (options) => {
      const { run } = await import("/bench.js");
      return run("/apus/index.js", options);
    }, options);
  } finally {
    await browser.close();
    await server.close();
  }
}

/** @param {Record<string, Record<string, number>>} times */
function print(times) {
  const names = Object.keys(Object.values(times)[0]);
  const width = Math.max(...names.map((name) => name.length));
  console.log(`${"10k string keys, ns".padEnd(width)}  ${Object.keys(times).join("  ")}`);
  for (const name of names) {
    const cells = Object.entries(times).map(([operation, row]) =>
      row[name].toFixed(1).padStart(operation.length),
    );
    console.log(`${name.padEnd(width)}  ${cells.join("  ")}`);
  }
}

/** @param {Record<string, Record<string, number>>} times */
function speedMetrics(times) {
  /** @param {string} operation */
  const versusBest = (operation) => {
    const { apus, ...peers } = times[operation];
    return apus / Math.min(...Object.values(peers));
  };
  const hit = times["get hit"];
  return {
    get_hit_vs_best: versusBest("get hit"),
    zipf_get_or_set_vs_best: versusBest("Zipf get-or-set"),
    set_evict_vs_best: versusBest("set + evict"),
    get_hit_vs_lru_cache: hit.apus / hit["lru-cache ttl+size"],
  };
}
