// Through a real Varnish: a crowd that comes back, and reads that race writes and purges.
import { Gateway } from "../../../js/gateway/gateway.node.js";
import { varnish } from "../../../js/gateway/purge/adapters.node.js";
import { serve } from "../../../js/gateway/serve.node.js";
import { bucketOf } from "../../../js/sync/bucket.js";
import { LogFollower } from "../../../js/sync/log-follower.js";
import { compare, parseAsOf, START } from "../../../js/sync/position.js";
import { random } from "../../cache/random.js";
import { startVarnish, until } from "../../gateway/servers.js";

const CLIENTS = 300;
const KEYS = 20;
const READERS = 12;
const WRITERS = 4;

/**
 * @param {{ quick: boolean }} options @param {import("../../../tools/bench/report.js").Report} report
 */
export async function edge({ quick }, report) {
  const port = { url: "" };
  const gateway = await Gateway.open({
    authorize: () => true,
    purge: [lazily(port)],
  });
  /** Requests that came through to the gateway, by path. @type {Map<string, number>} */
  const asked = new Map();
  const origin = await serve({
    handle: (/** @type {Request} */ request) => {
      const { pathname } = new URL(request.url);
      asked.set(pathname, (asked.get(pathname) ?? 0) + 1);
      return gateway.handle(request);
    },
    close: () => gateway.close(),
  });
  const cdn = await startVarnish(origin.url);
  port.url = cdn.url;
  try {
    const chunk = await crowd(gateway, cdn.url, asked);
    const writes = quick ? 1000 : 10_000;
    const { reads, below, corrected, violations } = await race(origin, cdn.url, writes);
    report.table("edge", {
      caption: `Through Varnish: ${CLIENTS} clients at once read each chunk; ${READERS} readers race ${writes} writes and their purges`,
      columns: ["", "count"],
      rows: [
        ["requests at the gateway for a chunk", chunk],
        ["reads", reads],
        ["of these, older than what the reader had heard, without the floor", below],
        ["asked again because of the floor", corrected],
        ["older than what the reader had heard, with the floor", violations],
      ],
    });
    return {
      origin_requests_per_chunk_300_clients: chunk,
      floor_violations_10k_racing_purges: violations,
      floor_violations_without_floor: below,
      racing_writes: writes,
    };
  } finally {
    await cdn.stop();
    await origin.stop();
  }
}

/** Varnish, whose address is known later. @param {{ url: string }} port */
function lazily(port) {
  const { purge, purgeAll, ...rest } = varnish({ urls: ["http://127.0.0.1"] });
  const now = () => varnish({ urls: [port.url] });
  return {
    ...rest,
    purge: (/** @type {Parameters<typeof purge>} */ ...args) => now().purge(...args),
    purgeAll: (/** @type {Parameters<typeof purgeAll>} */ ...args) => now().purgeAll(...args),
  };
}

/**
 * The most requests for one of four chunks.
 * @param {Gateway} gateway @param {string} url @param {Map<string, number>} asked
 */
async function crowd(gateway, url, asked) {
  const body = new Uint8Array();
  for (let i = 0; i < 4 * 128; i++) await gateway.values.set("crowd", { body, type: "t" });
  const log = bucketOf("crowd");
  await gateway.values.feed.catchUp(log);
  const epoch = gateway.values.feed.heads[log]?.epoch;
  let most = 0;
  for (let n = 0; n < 4; n++) {
    const path = `/apus/log/${log}/${epoch}/${n}`;
    const answers = await Promise.all(
      Array.from({ length: CLIENTS }, async () => (await fetch(url + path)).json()),
    );
    if (!answers.every(({ events }) => events.length === 128)) throw new Error("a bad chunk");
    most = Math.max(most, asked.get(path) ?? 0);
  }
  return most;
}

/**
 * Values are numbers that grow, so a reader that has heard of a change knows which answers are older.
 * Each reader asks Varnish, which still has what was not purged yet.
 * @param {{ url: string }} origin @param {string} url of Varnish @param {number} writes
 */
async function race(origin, url, writes) {
  const counts = { reads: 0, below: 0, corrected: 0, violations: 0 };
  const keys = Array.from({ length: KEYS }, (_, i) => `race:${i}`);
  const put = async (/** @type {string} */ key, /** @type {number} */ n) => {
    const headers = { "apus-tags": `t${n % 5}` };
    await fetch(`${origin.url}/apus/k/${key}`, { method: "PUT", body: String(n), headers });
  };
  await Promise.all(keys.map((key) => put(key, 0)));
  /** The newest change of each key that was heard. @type {Map<string, import("../../../js/sync/position.js").Position>} */
  const heard = new Map();
  const follower = await LogFollower.open({
    url: `${origin.url}/apus/`,
    fastest: 1,
    slowest: 5,
    onChange({ events }) {
      for (const { name, at } of events) heard.set(name, at);
    },
  });
  const get = async (/** @type {string} */ key, /** @type {RequestInit} */ init) => {
    const response = await fetch(`${url}/apus/k/${key}`, init);
    await response.arrayBuffer();
    const tags = response.headers.get("apus-tags")?.split(",") ?? [];
    const [asOf, tagsAsOf] = parseAsOf(response.headers.get("apus-as-of")) ?? [START, START];
    return { tags, asOf, tagsAsOf };
  };
  // So that all logs are followed before the race begins.
  for (const key of keys) {
    const { asOf, tagsAsOf } = await get(key, {});
    follower.hold(bucketOf(key), asOf, tagsAsOf);
  }
  await until(() => follower.catchUp(), "the follower");
  let written = 0;
  const write = async (/** @type {number} */ seed) => {
    const pick = random(seed);
    while (written < writes) await put(keys[pick(KEYS)], ++written);
  };
  const read = async (/** @type {number} */ seed) => {
    const pick = random(seed);
    while (written < writes) {
      const key = keys[pick(KEYS)];
      const floor = heard.get(key);
      const isBelow = (/** @type {import("../../../js/sync/position.js").Position} */ asOf) =>
        floor !== undefined && compare(asOf, floor) < 0;
      counts.reads++;
      let answer = await get(key, {});
      if (isBelow(answer.asOf)) counts.below++;
      if (follower.stale(key, answer.tags, answer.asOf, answer.tagsAsOf)) {
        counts.corrected++;
        answer = await get(key, { headers: { "cache-control": "no-cache" } });
      }
      if (isBelow(answer.asOf)) counts.violations++;
    }
  };
  await Promise.all([
    ...Array.from({ length: WRITERS }, (_, i) => write(i + 1)),
    ...Array.from({ length: READERS }, (_, i) => read(i + 100)),
  ]);
  follower.close();
  return counts;
}
