// The entry point in the page (bundled with the peers, not with Apus).
import { blocks } from "./blocks.js";
import { apusOptions, peers } from "./peers.js";
import { speed } from "./speed.js";

const loops = (name) => import(`/tests/cache/bench/loops.js?${encodeURIComponent(name)}`);

/** @param {string} apusUrl @param {{ quick?: boolean }} options */
export async function run(apusUrl, options) {
  const { Cache } = await import(apusUrl);
  const apus = (max) => Cache.open("bench", apusOptions(max));
  return { times: await speed({ apus, ...peers }, loops, options), ...(await blocks(Cache)) };
}
