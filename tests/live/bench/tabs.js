// Tabs of Chromium that share one connection, and leaders that close or crash.
import { setTimeout as sleep } from "node:timers/promises";
import { until } from "../../gateway/servers.js";
import { startChild } from "./child.js";
import { openChromium } from "./chromium.js";

/** @typedef {{ data: any, at: { epoch: number, offset: number }, time: number }} Event */
/**
 * @typedef {object} Watch what a tab sees of a channel
 * @property {(position: { epoch: number, offset: number }) => void} began
 * @property {(events: Event[]) => void} take
 * @property {(reason: string) => void} gone events are
 * @property {() => void} end the tab has ended
 */

/**
 * @param {number} count
 * @param {{ port: () => number, channels: string[], watch: (tab: number, channel: string) => Watch }} options
 */
export async function openTabs(count, { port, channels, watch }) {
  const chromium = await openChromium({ port });
  /** @type {Map<import("@playwright/test").Page, () => void>} those that live, and how they end */
  const pages = new Map();
  let last = 0;
  const open = async () => {
    const tab = last++;
    const watches = new Map(channels.map((name) => [name, watch(tab, name)]));
    const page = await chromium.newPage("tabs-page", (page) =>
      page.exposeFunction("took", (/** @type {string} */ name, /** @type {any} */ what, /** @type {any} */ at) => {
        const it = watches.get(name);
        if (!pages.has(page)) return;
        if (at) it?.began(at);
        if (typeof what === "string") it?.gone(what);
        else it?.take(what);
      }),
    );
    const end = () => {
      if (!pages.delete(page)) return;
      for (const it of watches.values()) it.end();
    };
    pages.set(page, end);
    page.on("crash", end);
    await page.evaluate((names) => /** @type {any} */ (globalThis).begin(names), channels);
  };
  for (let i = 0; i < count; i++) await open();
  const leader = async () => {
    for (const page of pages.keys()) {
      if (await page.evaluate("live.stats().leader").catch(() => false)) return page;
    }
    return undefined;
  };
  return {
    chromium,
    /**
     * Ends the tab with the connection; a new tab comes.
     * @param {boolean} crash @param {(at: number) => Promise<unknown>} [then] at: ms since 1970
     */
    async leaderGone(crash, then) {
      const page = /** @type {import("@playwright/test").Page} */ (
        await until(leader, "a tab that leads")
      );
      const session = crash ? await page.context().newCDPSession(page) : undefined;
      const at = Date.now();
      if (session) {
        const crashed = page.waitForEvent("crash");
        session.send("Page.crash").catch(() => {});
        await crashed;
      } else {
        pages.get(page)?.();
        await page.close();
      }
      await then?.(at);
      if (crash) await page.close();
      while (pages.size < count) await open();
    },
    close: () => chromium.close(),
  };
}

const CHANNEL = "log";
const RATE = 200; // events a second

/** @param {{ quick: boolean }} options @param {import("../../../tools/bench/report.js").Report} report */
export async function tabs({ quick }, report) {
  const rounds = quick ? 4 : 30;
  const server = await startChild("gateway-child.js", {
    base: "/gateway/",
    live: { channels: { [CHANNEL]: { history: 100_000 } } },
  });
  /** Of each tab. @type {Set<{ next: number, lost: number, twice: number, newest: number }>} */
  const watched = new Set();
  let [lost, twice, seen, gone] = [0, 0, 0, 0];
  const all = await openTabs(10, {
    port: () => Number(new URL(server.begun.url).port),
    channels: [CHANNEL],
    watch: () => {
      const it = { next: -1, lost: 0, twice: 0, newest: 0 };
      watched.add(it);
      return {
        began: ({ offset }) => {
          if (it.next < 0) it.next = offset + 1;
        },
        take(events) {
          for (const { at, time } of events) {
            if (it.next >= 0 && at.offset > it.next) lost += at.offset - it.next;
            if (at.offset < it.next) twice++;
            it.next = Math.max(it.next, at.offset + 1);
            it.newest = Math.max(it.newest, time);
            seen++;
          }
        },
        gone: () => void gone++,
        end: () => void watched.delete(it),
      };
    },
  });
  /** @type {{ crash: boolean, ms: number }[]} */
  const takeovers = [];
  try {
    const { clients } = await server.ask("stats");
    const connections = Math.max(clients, all.chromium.connections);
    await server.ask("publish", CHANNEL, RATE);
    await sleep(500);
    for (let round = 0; round < rounds; round++) {
      const crash = round % 2 === 1;
      await all.leaderGone(crash, async (at) => {
        // Everyone has an event that was published after the leader's end.
        await until(async () => [...watched].every(({ newest }) => newest > at), "all tabs");
        takeovers.push({ crash, ms: Date.now() - at });
      });
      await sleep(200);
    }
    await server.ask("stop");
    await sleep(500);
    return tell({ connections, takeovers, lost, twice, seen, gone }, report);
  } finally {
    await all.close();
    await server.end();
  }
}

/**
 * @param {{ connections: number, takeovers: { crash: boolean, ms: number }[], lost: number, twice: number, seen: number, gone: number }} of
 * @param {import("../../../tools/bench/report.js").Report} report
 */
function tell({ connections, takeovers, lost, twice, seen, gone }, report) {
  const of = (/** @type {boolean} */ crash) =>
    takeovers.filter((it) => it.crash === crash).map(({ ms }) => ms);
  const row = (/** @type {string} */ name, /** @type {number[]} */ ms) => [
    ...[name, ms.length, ms.toSorted((a, b) => a - b)[ms.length >> 1], Math.max(...ms)],
  ];
  report.table("tabs", {
    caption: `Ten tabs, ${connections} connection; ${seen} events delivered, ${lost} lost, ${twice} twice`,
    columns: ["the leader", "times", "ms until all tabs go on, median", "most"],
    rows: [row("closes", of(false)), row("crashes", of(true))],
  });
  return {
    connections_10_tabs: connections,
    leader_takeover_ms: Math.max(...takeovers.map(({ ms }) => ms)),
    leader_takeovers: takeovers.length,
    events_lost_takeover: lost,
    events_duplicated_takeover: twice,
    unrecovered_takeover: gone,
  };
}
