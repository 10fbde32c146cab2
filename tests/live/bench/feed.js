// A log of 10,000 events a second into <apus-list>: what the page's thread does for it.
import { setTimeout as sleep } from "node:timers/promises";
import { startChild } from "./child.js";
import { openChromium } from "./chromium.js";
import { scriptTime } from "./script.js";
import { longestTask } from "./tasks.js";

const RATE = 10_000; // events a second

/** The last two without a list: the events alone. @type {{ name: string, way: Way, rows: boolean }[]} */
const PLAN = [
  { name: "Apus, channel.feed", way: "apus", rows: true },
  { name: "a message an event, one by one", way: "message", rows: true },
  { name: "socket.io, one by one", way: "socketIo", rows: true },
  { name: "Apus, channel.on", way: "apus", rows: false },
  { name: "a message an event, no list", way: "message", rows: false },
];

/** @typedef {"apus" | "message" | "socketIo"} Way */
/** @typedef {{ script: number, layout: number, other: number, frames: number, rate: number, lost: number }} Load us an event; frames and events a second */

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
  const plan = PLAN.map((it) => ({ ...it, loads: /** @type {Load[]} */ ([]) }));
  try {
    for (let round = 0; round < (quick ? 1 : 3); round++) {
      for (const { way, rows, loads } of plan) {
        loads.push(await load(chromium, servers[way], { way, rows }, seconds));
      }
    }
    const { wall, cpu } = await longest(chromium, servers.apus, seconds);
    const results = plan.map(({ name, loads }) => ({ name, ...median(loads) }));
    report.table("feed", {
      caption: `${RATE.toLocaleString("en")} events a second for ${seconds} s into a list, us of the page's thread for each`,
      columns: [
        "",
        "script",
        "layout for it",
        "the engine",
        "frames a second",
        "events a second",
        "lost",
      ],
      rows: results.map(({ name, script, layout, other, frames, rate, lost }) => [
        ...[name, script, layout, other, frames, rate, lost],
      ]),
    });
    const [apus, message, socketIo, bare, bareMessage] = results;
    return {
      longest_task_ms_10k_eps: wall,
      longest_task_cpu_ms_10k_eps: cpu,
      script_vs_per_message_dispatch: apus.script / message.script,
      script_vs_per_message_without_list: bare.script / bareMessage.script,
      thread_vs_per_message_dispatch: thread(apus) / thread(message),
      thread_vs_per_message_without_list: thread(bare) / thread(bareMessage),
      script_vs_socket_io: apus.script / socketIo.script,
      feed_events_a_second: apus.rate,
      feed_frames_a_second: apus.frames,
      feed_events_lost: plan[0].loads.reduce((sum, { lost }) => sum + lost, 0),
    };
  } finally {
    await chromium.close();
    await Promise.all(Object.values(servers).map((it) => it.end()));
  }
}

/** All that the page's thread did for an event, us. @param {Load} load */
const thread = ({ script, layout, other }) => script + layout + other;

/** By script. @param {Load[]} loads */
const median = (loads) => loads.toSorted((a, b) => a.script - b.script)[loads.length >> 1];

/** @typedef {Awaited<ReturnType<typeof openChromium>>} Chromium */
/** @typedef {import("./child.js").Child} Child */

/**
 * @param {Chromium} chromium @param {Child} server @param {{ way: Way, rows: boolean }} what
 * @param {number} seconds
 * @returns {Promise<Load>}
 */
async function load(chromium, server, what, seconds) {
  return during(chromium, server, what, async (page) => {
    const seen = () => page.evaluate("window.seen()");
    const before = await seen();
    const took = await scriptTime(page, () => sleep(1000 * seconds));
    const after = await seen();
    const events = after.count - before.count;
    return {
      script: (1000 * took.script) / events,
      layout: (1000 * took.layout) / events,
      other: (1000 * took.other) / events,
      frames: (after.frames - before.frames) / took.seconds,
      rate: events / took.seconds,
      lost: after.lost,
    };
  });
}

/** @param {Chromium} chromium @param {Child} server @param {number} seconds */
const longest = (chromium, server, seconds) =>
  during(chromium, server, { way: "apus", rows: true }, (page) =>
    longestTask(chromium.browser, page, () => sleep(1000 * seconds)),
  );

/**
 * While events come; the first second does not count.
 * @template T
 * @param {Chromium} chromium @param {Child} server @param {{ way: Way, rows: boolean }} what
 * @param {(page: import("@playwright/test").Page) => Promise<T>} work
 */
async function during(chromium, server, { way, rows }, work) {
  const page = await chromium.newPage("feed-page");
  try {
    await page.evaluate(
      ([way, url, rows]) => /** @type {any} */ (globalThis).begin(way, url, rows),
      [way, server.begun.url, rows],
    );
    await server.ask("publish", "log", RATE);
    await sleep(1000);
    return await work(page);
  } finally {
    await server.ask("stop");
    await page.close();
  }
}
