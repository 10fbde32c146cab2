// The whole browser is killed in the middle of writing: acknowledged writes are
// there after the next start, and all records are intact.
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test as base, expect, rounds } from "./fixture.js";
import { startBrowser } from "./killable.js";

// Chromium's LevelDB continues the log of a killed browser after a record that was cut off. The
// start after that finds the log damaged, and Chromium deletes the origin's databases
// (https://github.com/google/leveldb/issues/1287). On a low-end device it begins a new log.
const keepsItsData = "--enable-low-end-device-mode";

const LEVELDB = "--disable-features=IdbSqliteBackingStore,IdbSqliteOnDiskRollout";
const backends = { LevelDB: LEVELDB, SQLite: "--enable-features=IdbSqliteBackingStore" };

const test = base.extend({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
  profile: async ({}, use) => {
    const profile = await mkdtemp(join(tmpdir(), "apus-kill-"));
    await use(profile);
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  },
  url: ({ server }, use) => use(`${server.url}/tests/pages/blank.html`),
});

/** A count and the first few of it: a failure stays readable. @param {string[]} keys */
const few = (keys) => [keys.length, ...keys.slice(0, 5)];
const none = few([]);

for (const [backend, choice] of Object.entries(backends)) {
  test(`a killed browser loses nothing that was acknowledged (${backend})`, async ({
    profile,
    url,
  }) => {
    const kills = rounds(3, 50);
    test.setTimeout(60_000 + kills * 30_000);
    /** Round -> its number of acknowledged batches. */
    const acknowledged = [];
    for (let round = 0; round < kills; round++) {
      const { page, kill } = await startBrowser(profile, url, [keepsItsData, choice]);
      acknowledged[round] = 0;
      let heard = () => {};
      page.on("console", (message) => {
        acknowledged[round] = Number(message.text()) + 1;
        heard();
      });
      void page.evaluate(write, round).catch(() => {});
      const enough = 2 + Math.floor(Math.random() * 20);
      await new Promise((resolve) => {
        heard = () => acknowledged[round] >= enough && resolve(undefined);
      });
      await kill();
    }
    const { page, kill } = await startBrowser(profile, url, [keepsItsData, choice]);
    const { missing, wrong, ...rest } = await page.evaluate(check, acknowledged);
    await kill();
    expect(
      { missing: few(missing), wrong: few(wrong), ...rest },
      `acknowledged batches of each round: ${acknowledged}`,
    ).toEqual({ missing: none, wrong: none, errors: [], dropped: 0, degraded: undefined });
  });
}

/** Writes batches for ever, and logs the number of each that is on the disk. @param {number} round */
async function write(round) {
  const { SegmentStore } = await import("/store/segment-store.js");
  const store = await SegmentStore.open("kill");
  for (let batch = 0; ; batch++) {
    for (let i = 0; i < 40; i++) {
      store.put(`${round} ${batch} ${i}`, { round, batch, i, text: "some text ".repeat(i) });
      store.put(`shared ${i}`, { round, batch });
    }
    if (await store.flush()) console.log(batch);
  }
}

/** @param {number[]} acknowledged batches of each round */
async function check(acknowledged) {
  const { SegmentStore } = await import("/store/segment-store.js");
  const store = await SegmentStore.open("kill");
  const errors = [];
  store.addEventListener("error", ({ detail }) => errors.push(detail.message));
  const missing = [];
  const wrong = [];
  for (const [round, batches] of acknowledged.entries()) {
    const keys = [];
    for (let b = 0; b < batches; b++) for (let i = 0; i < 40; i++) keys.push(`${round} ${b} ${i}`);
    const read = await store.read(keys);
    for (const key of keys) {
      const value = read.get(key)?.value;
      if (!value) missing.push(key);
      else if (
        `${value.round} ${value.batch} ${value.i}` !== key ||
        value.text.length !== value.i * 10
      ) {
        wrong.push(key);
      }
    }
  }
  const last = acknowledged.length - 1;
  const shared = (await store.read(["shared 7"])).get("shared 7")?.value;
  if (!shared) missing.push("shared 7");
  else if (shared.round !== last || shared.batch < acknowledged[last] - 1) wrong.push("shared 7");
  await new Promise((resolve) => setTimeout(resolve)); // early events come in a turn of their own
  const { droppedBlocks: dropped, degraded } = store.stats;
  return { missing, wrong, errors, dropped, degraded };
}

test("a store whose databases the browser has deleted says so and goes on", async ({
  profile,
  url,
}) => {
  /** Opens the store, and writes a key. @param {string} key */
  const visit = async (key) => {
    const { page, kill } = await startBrowser(profile, url, [LEVELDB]);
    const seen = await page.evaluate(async (key) => {
      const { SegmentStore } = await import("/store/segment-store.js");
      const store = await SegmentStore.open("deleted");
      const codes = [];
      store.addEventListener("error", ({ detail }) => codes.push(detail.code));
      const { droppedBlocks } = store.stats;
      const before = [store.has("a"), store.has("b")];
      store.put(key, key.repeat(1000));
      const flushed = await store.flush();
      const { value } = (await store.read([key])).get(key);
      return { before, codes, droppedBlocks, flushed, same: value === key.repeat(1000) };
    }, key);
    await kill();
    return seen;
  };
  const fine = { codes: [], droppedBlocks: 0, flushed: true, same: true };
  expect(await visit("a")).toEqual({ ...fine, before: [false, false] });
  await damageLog(profile);
  expect(await visit("b")).toEqual({
    ...fine,
    before: [false, false],
    codes: ["CORRUPT"],
    droppedBlocks: 1,
  });
  expect(await visit("c")).toEqual({ ...fine, before: [false, true] });
});

/** Damages a record that the browser has written. @param {string} profile */
async function damageLog(profile) {
  const path = join(profile, "Default", "IndexedDB");
  const files = await readdir(path, { recursive: true });
  const logs = files.filter((name) => name.endsWith(".log"));
  expect(logs).toHaveLength(1);
  const log = join(path, logs[0]);
  const bytes = await readFile(log);
  bytes[bytes.length >> 1] ^= 1;
  await writeFile(log, bytes);
}
