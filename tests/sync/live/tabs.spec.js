// Tabs of one origin share a connection, and lose nothing when the one that holds it goes.
import { test as base, expect } from "../../browser.js";
import { random } from "../../cache/random.js";
import { startServer } from "./server.js";

/** @typedef {import("@playwright/test").Page} Page */

const test = base.extend({
  live: async ({ server }, use) => {
    const live = await startServer(server.url);
    await use(live);
    await live.stop();
  },
});

/**
 * A tab that keeps what it gets of the channel "log".
 * @param {import("@playwright/test").BrowserContext} context @param {string} url
 */
async function tab(context, url) {
  const page = await context.newPage();
  await page.goto(`${url}/tests/pages/blank.html`);
  await page.evaluate(async () => {
    const { connect } = await import("/apus/sync.js");
    const it = /** @type {any} */ (globalThis);
    it.live = await connect("/gateway/");
    it.got = [];
    it.losses = 0;
    it.ups = 0;
    it.live.addEventListener("status", (/** @type {any} */ { detail }) => {
      it.ups += Number(detail.status === "up");
    });
    it.channel = it.live.channel("log");
    it.channel.addEventListener("resume", (/** @type {any} */ { detail }) => {
      it.losses += Number(!detail.recovered);
    });
    it.channel.on("n", (/** @type {any[]} */ events) => {
      for (const { data } of events) it.got.push(data);
    });
    await it.channel.ready;
  });
  return page;
}

/** @param {Page} page */
const stats = (page) => page.evaluate(() => /** @type {any} */ (globalThis).live.stats());
/** @param {Page} page @returns {Promise<number[]>} */
const got = (page) => page.evaluate(() => /** @type {any} */ (globalThis).got);

/** @param {Page[]} pages */
async function leaderOf(pages) {
  const all = await Promise.all(pages.map(stats));
  return pages[all.findIndex(({ leader, status }) => leader && status === "up")];
}

/** @param {number[]} numbers to the last one without a hole or a repetition @param {number} last */
function expectAll(numbers, last) {
  expect(numbers.at(-1)).toBe(last);
  expect(numbers).toEqual(Array.from(numbers, (_, i) => numbers[0] + i));
}

/** @param {Page} page */
async function crash(page) {
  const crashed = page.waitForEvent("crash");
  const session = await page.context().newCDPSession(page);
  session.send("Page.crash").catch(() => {});
  await crashed;
  await page.close();
}

/** As the browser does; headless ones do not freeze. @param {Page} page @param {"freeze" | "resume"} type */
const tell = (page, type) =>
  page.evaluate((type) => void document.dispatchEvent(new Event(type)), type);

test("ten tabs have one connection; random closes lose nothing", async ({ context, live }) => {
  test.setTimeout(120_000);
  const below = random(7);
  const { gateway, url } = live;
  let n = 0;
  const publish = async (count = 1) => {
    for (let i = 0; i < count; i++) await gateway.live?.publish("log", "n", n++);
  };
  /** @type {Page[]} */
  const pages = [];
  for (let i = 0; i < 10; i++) pages.push(await tab(context, url));
  await publish(10);
  await expect.poll(() => gateway.live?.sessions.size).toBe(1);
  await expect.poll(async () => (await stats(pages[3])).tabs).toBe(10);
  expect((await stats(pages[9])).transport).toMatch(/tab|websocket/);
  for (let round = 0; round < 6; round++) {
    const leader = await leaderOf(pages);
    const one = round % 2 === 0 && leader ? leader : pages[below(pages.length)];
    pages.splice(pages.indexOf(one), 1);
    const closing = round === 4 ? crash(one) : one.close({ runBeforeUnload: round % 3 === 0 });
    await publish(20);
    await closing;
    await publish(5);
    if (round === 2) pages.push(await tab(context, url));
  }
  await publish(1);
  for (const page of pages) {
    await expect.poll(async () => (await got(page)).at(-1)).toBe(n - 1);
    expectAll(await got(page), n - 1);
    expect(await page.evaluate(() => /** @type {any} */ (globalThis).losses)).toBe(0);
  }
  await expect.poll(() => gateway.live?.sessions.size).toBe(1);
  for (const page of pages) await page.close();
});

test("a leader that stands still is replaced within a second", async ({ context, live }) => {
  const { gateway, url } = live;
  const pages = [await tab(context, url), await tab(context, url), await tab(context, url)];
  const leader = /** @type {Page} */ (await leaderOf(pages));
  const others = pages.filter((page) => page !== leader);
  // It loops for 4 s, as if it were frozen.
  const stood = leader.evaluate(() => {
    const end = performance.now() + 4000;
    while (performance.now() < end);
  });
  for (let n = 0; n < 50; n++) await gateway.live?.publish("log", "n", n);
  const began = Date.now();
  await expect.poll(() => leaderOf(others), { intervals: [20] }).toBeTruthy();
  const took = Date.now() - began;
  test.info().annotations.push({ type: "takeover", description: `${took} ms` });
  for (const page of others) {
    await expect.poll(async () => (await got(page)).length).toBe(50);
  }
  await stood;
  await expect.poll(async () => (await stats(leader)).leader).toBe(false);
  await expect.poll(() => gateway.live?.sessions.size).toBe(1);
  await gateway.live?.publish("log", "n", 50);
  for (const page of pages) {
    await expect.poll(async () => (await got(page)).at(-1)).toBe(50);
    expectAll(await got(page), 50);
  }
  for (const page of pages) await page.close();
});

test("a leader that freezes leaves at once, and comes back without a loss", async ({
  context,
  live,
}) => {
  const { gateway, url } = live;
  const leader = await tab(context, url);
  const other = await tab(context, url);
  await tell(leader, "freeze");
  await expect.poll(async () => (await stats(other)).leader).toBe(true);
  for (let n = 0; n < 30; n++) await gateway.live?.publish("log", "n", n);
  await expect.poll(async () => (await got(other)).length).toBe(30);
  await tell(leader, "resume");
  for (const page of [leader, other]) {
    await expect.poll(async () => (await got(page)).length).toBe(30);
    expectAll(await got(page), 29);
  }
  await expect.poll(() => gateway.live?.sessions.size).toBe(1);
  await leader.close();
  await other.close();
});

test("a worker shares the connection", async ({ context, live }) => {
  const { gateway, url } = live;
  const page = await tab(context, url);
  await page.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const it = /** @type {any} */ (globalThis);
        it.worker = new Worker("/tests/sync/live/worker.js", { type: "module" });
        it.heard = [];
        it.worker.onerror = reject;
        it.worker.onmessage = ({ data }) => {
          if (data === "ready") resolve(0);
          else it.heard.push(...data);
        };
      }),
  );
  expect(gateway.live?.sessions.size).toBe(1);
  await expect.poll(async () => (await stats(page)).tabs).toBe(2);
  for (let n = 0; n < 5; n++) await gateway.live?.publish("log", "n", n);
  await expect
    .poll(() => page.evaluate(() => /** @type {any} */ (globalThis).heard))
    .toEqual([0, 1, 2, 3, 4]);
  expect(await got(page)).toEqual([0, 1, 2, 3, 4]);
  await page.close();
});

test("a page in the back/forward cache leaves and comes back", async ({ context, live }) => {
  const { gateway, url } = live;
  const page = await tab(context, url);
  const other = await tab(context, url);
  await page.evaluate(() =>
    globalThis.dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true })),
  );
  await expect.poll(async () => (await stats(other)).leader).toBe(true);
  expect((await stats(page)).status).toBe("down");
  for (let n = 0; n < 20; n++) await gateway.live?.publish("log", "n", n);
  await page.evaluate(() =>
    globalThis.dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })),
  );
  for (const it of [page, other]) {
    await expect.poll(async () => (await got(it)).length).toBe(20);
    expectAll(await got(it), 19);
  }
  await expect.poll(() => gateway.live?.sessions.size).toBe(1);
  await page.close();
  await other.close();
});

test("tabs publish and are one member; whoever leaves last, leaves", async ({ context, live }) => {
  const { url } = live;
  const pages = [await tab(context, url), await tab(context, url)];
  for (const [i, page] of pages.entries()) {
    await page.evaluate(async (i) => {
      const { channel } = /** @type {any} */ (globalThis);
      await channel.presence.enter({ tab: i });
      await channel.publish("n", i);
    }, i);
  }
  for (const page of pages) await expect.poll(() => got(page)).toEqual([0, 1]);
  const members = () =>
    pages[1].evaluate(() => /** @type {any} */ (globalThis).channel.presence.members());
  expect((await members()).map((/** @type {any} */ it) => it.state)).toEqual([{ tab: 1 }]);
  await pages[0].close();
  await expect.poll(async () => (await members()).length).toBe(1);
  await pages[1].evaluate(() => /** @type {any} */ (globalThis).channel.presence.leave());
  await expect.poll(async () => (await members()).length).toBe(0);
  await pages[1].close();
});

test("the leader makes deltas whole for all tabs, and so does the next one", async ({
  context,
  live,
}) => {
  const { gateway, url } = live;
  /** @type {Page[]} */
  const pages = [];
  let bytes = 0;
  for (let i = 0; i < 3; i++) {
    const page = await tab(context, url);
    pages.push(page);
    // Followers have no connection.
    page.on("websocket", (socket) => {
      socket.on("framereceived", ({ payload }) => {
        bytes += payload.length;
      });
    });
    await page.evaluate(async () => {
      const it = /** @type {any} */ (globalThis);
      it.rows = [];
      const channel = it.live.channel("rows");
      channel.on("row", (/** @type {any[]} */ events) => {
        for (const { data } of events) it.rows.push(data);
      });
      await channel.ready;
    });
  }
  /** @type {{ n: number, text: string }[]} */
  const rows = [];
  const publish = async () => {
    for (let i = 0; i < 30; i++) {
      rows.push({ n: rows.length, text: "lorem ipsum ".repeat(500) });
      await gateway.live?.publish("rows", "row", rows.at(-1), { key: "k" });
    }
    for (const page of pages) {
      await expect
        .poll(() => page.evaluate(() => /** @type {any} */ (globalThis).rows))
        .toEqual(rows);
    }
  };
  await publish();
  const leader = /** @type {Page} */ (await leaderOf(pages));
  pages.splice(pages.indexOf(leader), 1);
  await leader.close();
  await expect.poll(async () => (await leaderOf(pages)) !== undefined).toBe(true);
  await publish();
  await publish();
  // The next leader has heard 60 rows of 6 kB.
  expect(bytes).toBeGreaterThan(0);
  expect(bytes).toBeLessThan(60 * 6000 * 0.2);
});
