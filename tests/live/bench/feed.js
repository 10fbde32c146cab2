// A log of 10,000 events a second into <apus-list>: what the page's thread does for it.
import { setTimeout as sleep } from "node:timers/promises";
import { startChild } from "./child.js";
import { openChromium } from "./chromium.js";
import { scriptTime } from "./script.js";
import { longestTask } from "./tasks.js";

const RATE = 10_000; // events a second
const NAMES = {
  apus: "Apus, channel.feed",
  message: "a message an event, one by one",
  socketIo: "socket.io, one by one",
};

/** @typedef {{ script: number, other: number, rate: number, lost: number }} Load us an event; events a second */

/** @param {{ quick: boolean }} options @param {import("../../../tools/bench/report.js").Report} report */
export async function feed({ quick }, report) {
  const live = { channels: { log: { history: 20_000 } } };
  const servers = {
    apus: await startChild("gateway-child.js", { live }),
    message: await startChild("peer-child.js", { kind: "plain" }),
    socketIo: await startChild("peer-child.js", {}),
  };
  const chromium = await openChromium();
  const seconds = quick ? 2 : 10;
  const ways = /** @type {(keyof typeof servers)[]} */ (Object.keys(servers));
  /** @type {Record<string, Load[]>} */
  const loads = { apus: [], message: [], socketIo: [] };
  try {
    for (let round = 0; round < (quick ? 1 : 3); round++) {
      for (const way of ways) loads[way].push(await load(chromium, way, servers[way], seconds));
    }
    const { wall, cpu } = await longest(chromium, servers.apus, seconds);
    const least = Object.fromEntries(
      ways.map((way) => [way, loads[way].toSorted((a, b) => a.script - b.script)[0]]),
    );
    report.table("feed", {
      caption: `${RATE.toLocaleString("en")} events a second for ${seconds} s into a list, us of the page's thread for each`,
      columns: ["", "script", "the engine for it", "events a second", "lost"],
      rows: ways.map((way) => {
        const { script, other, rate, lost } = least[way];
        return [NAMES[way], script, other, rate, lost];
      }),
    });
    return {
      longest_task_ms_10k_eps: wall,
      longest_task_cpu_ms_10k_eps: cpu,
      script_vs_per_message_dispatch: least.apus.script / least.message.script,
      script_vs_socket_io: least.apus.script / least.socketIo.script,
      feed_events_a_second: least.apus.rate,
      feed_events_lost: loads.apus.reduce((sum, { lost }) => sum + lost, 0),
    };
  } finally {
    await chromium.close();
    await Promise.all(Object.values(servers).map((it) => it.end()));
  }
}

/** @typedef {Awaited<ReturnType<typeof openChromium>>} Chromium */
/** @typedef {import("./child.js").Child} Child */

/**
 * @param {Chromium} chromium @param {string} way @param {Child} server @param {number} seconds
 * @returns {Promise<Load>}
 */
async function load(chromium, way, server, seconds) {
  return during(chromium, way, server, async (page) => {
    const seen = () => page.evaluate("window.seen()");
    const before = await seen();
    const took = await scriptTime(page, () => sleep(1000 * seconds));
    const { count, lost } = await seen();
    const events = count - before.count;
    return {
      script: (1000 * took.script) / events,
      other: (1000 * took.other) / events,
      rate: events / took.seconds,
      lost,
    };
  });
}

/** @param {Chromium} chromium @param {Child} server @param {number} seconds */
const longest = (chromium, server, seconds) =>
  during(chromium, "apus", server, (page) =>
    longestTask(chromium.browser, page, () => sleep(1000 * seconds)),
  );

/**
 * While events come; the first second does not count.
 * @template T
 * @param {Chromium} chromium @param {string} way @param {Child} server
 * @param {(page: import("@playwright/test").Page) => Promise<T>} work
 */
async function during(chromium, way, server, work) {
  const page = await chromium.newPage("feed-page");
  try {
    await page.evaluate(
      ([way, url]) => /** @type {any} */ (globalThis).begin(way, url),
      [way, server.begun.url],
    );
    await server.ask("publish", "log", RATE);
    await sleep(1000);
    return await work(page);
  } finally {
    await server.ask("stop");
    await page.close();
  }
}
