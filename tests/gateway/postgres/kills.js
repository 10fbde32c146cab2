// Kills PostgreSQL and the process that follows it while rows are written, and compares what arrived
// with what was committed. The channels live in this process, which is not killed: the follower, a
// process of its own, reaches them through messages, so that an append may be done and its answer lost.
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { until } from "../servers.js";
import { startPostgres } from "./server.js";
import { RecordingEngine } from "./world.js";

const follower = fileURLToPath(new URL("./follower.js", import.meta.url));
const WRITERS = 3;

/**
 * @param {{ kills?: number, seed?: number, log?: (line: string) => void }} [options] kills in all, of
 *   either side in turn
 * @returns {Promise<Record<string, number>>} `postgres_changes_lost` and `postgres_changes_duplicated`
 *   (or out of order), of `postgres_changes` committed; `postgres_repeated`: refused repetitions, of
 *   which there must be some for the test to mean anything
 */
export async function postgresKills({ kills = 50, seed = 1, log = () => {} } = {}) {
  const server = await startPostgres();
  const engine = new RecordingEngine();
  const random = randomOf(seed);
  /** @type {Set<ReturnType<typeof startFollower>>} */
  const followers = new Set();
  const begin = () => followers.add(startFollower(server.url, engine));
  let writing = true;
  /** @type {Promise<unknown>[]} */
  let writers = [];
  try {
    await server.sql(`
      CREATE TABLE items (id bigserial PRIMARY KEY, writer int, n int, note text);
      CREATE TABLE sums (writer int PRIMARY KEY, n int)`);
    begin();
    begin(); // waits for its turn
    // What was written before there is a slot, nobody promises.
    const streaming = async () => [...followers].some((it) => it.streaming);
    await until(streaming, "the first stream", 60_000);
    const stop = () => !writing;
    writers = Array.from({ length: WRITERS }, (_, i) => write(server.url, i, random, stop));
    const { appends } = engine;
    let postgres = 0;
    let processes = 0;
    let pauses = 0;
    for (let kill = 0; kill < kills; kill++) {
      const before = appends.length;
      await until(async () => appends.length > before + 5, "changes that arrive", 60_000);
      await new Promise((resolve) => setTimeout(resolve, random() * 150));
      if (kill % 2 === 0) {
        await server.crash();
        await server.start();
        postgres++;
      } else {
        const all = [...followers];
        const active = all.find((it) => it.streaming) ?? all[0];
        followers.delete(active);
        await active.kill();
        begin();
        processes++;
      }
      if (kill % 10 === 4) {
        // One that sleeps loses its turn, and does no harm when it wakes up.
        await until(streaming, "the stream", 60_000);
        const active = [...followers].filter((it) => it.streaming);
        for (const it of active) it.pause();
        const other = async () => [...followers].some((it) => it.streaming && !active.includes(it));
        await until(other, "another follower", 60_000);
        for (const it of active) it.resume();
        pauses++;
      }
      log(`kill ${kill + 1} of ${kills}: ${appends.length} appends`);
    }
    writing = false;
    await Promise.all(writers);
    // What the database holds is what was committed.
    const committed = await server.sql("SELECT writer, n FROM items");
    const sums = await server.sql("SELECT writer, n FROM sums");
    const last = async () => {
      const seen = new Set(engine.of("items").map(({ data }) => `${data.writer}:${data.n}`));
      const all = committed.every(({ writer, n }) => seen.has(`${writer}:${n}`));
      const final = engine.of("sums").filter(({ type }) => type !== "reset");
      return (
        all &&
        sums.every((sum) =>
          final.some(({ data }) => data.n === sum.n && data.writer === sum.writer),
        )
      );
    };
    // What is missing when nothing comes any more is counted.
    for (let before = -1; before < appends.length && !(await last()); ) {
      before = appends.length;
      await until(async () => appends.length > before || last(), "more", 20_000).catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    const result = compare(committed, engine.of("items"), engine.of("sums"));
    return {
      ...result,
      postgres_kills: postgres,
      postgres_follower_kills: processes,
      postgres_follower_pauses: pauses,
      postgres_repeated: engine.repeated,
    };
  } finally {
    writing = false;
    await Promise.allSettled(writers);
    await Promise.all([...followers].map((it) => it.kill()));
    await engine.close();
    await server.stop();
  }
}

/**
 * @param {Record<string, any>[]} committed rows
 * @param {import("./world.js").Event[]} items @param {import("./world.js").Event[]} sums
 */
function compare(committed, items, sums) {
  const seen = new Map();
  let duplicated = 0;
  let order = 0;
  /** Numbers of each writer grow. @type {Map<number, number>} */
  const lastItem = new Map();
  for (const { type, data } of items) {
    const name = `${data.writer}:${data.n}`;
    if (type !== "insert" || seen.has(name)) duplicated++;
    seen.set(name, true);
    if (data.n <= (lastItem.get(data.writer) ?? -1)) order++;
    lastItem.set(data.writer, data.n);
  }
  const lost = committed.filter(({ writer, n }) => !seen.has(`${writer}:${n}`)).length;
  const surplus = seen.size + lost - committed.length; // rows that were never committed
  // Each transaction of a writer counts its sum up by one.
  /** @type {Map<number, number>} */
  const lastSum = new Map();
  let gaps = 0;
  for (const { data } of sums) {
    const before = lastSum.get(data.writer) ?? 0;
    if (data.n <= before) duplicated++;
    if (data.n > before + 1) gaps += data.n - before - 1;
    lastSum.set(data.writer, data.n);
  }
  return {
    postgres_changes: committed.length + sums.length,
    postgres_changes_lost: lost + gaps,
    postgres_changes_duplicated: duplicated + surplus + order,
  };
}

/**
 * Writes transactions of a few rows, now and then of many, until it is told to stop.
 * @param {string} url @param {number} writer @param {() => number} random @param {() => boolean} stop
 */
async function write(url, writer, random, stop) {
  let n = 0;
  while (!stop()) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 });
    client.on("error", () => {});
    try {
      await client.connect();
      const [row] = (
        await client.query("SELECT max(n) AS n FROM items WHERE writer = $1", [writer])
      ).rows;
      n = Math.max(n, row.n ?? 0);
      while (!stop()) {
        const count = random() < 0.02 ? 2500 : 1 + Math.floor(4 * random());
        await client.query(`BEGIN;
          INSERT INTO items (writer, n, note)
            SELECT ${writer}, i, repeat('x', 20) FROM generate_series(${n + 1}, ${n + count}) i;
          INSERT INTO sums VALUES (${writer}, 1)
            ON CONFLICT (writer) DO UPDATE SET n = sums.n + 1;
          COMMIT`);
        n += count;
        await new Promise((resolve) => setTimeout(resolve, 5 + 10 * random()));
      }
    } catch {
      n += 10_000; // whether the last one was committed, the database knows
      await new Promise((resolve) => setTimeout(resolve, 50));
    } finally {
      await client.end().catch(() => {});
    }
  }
}

/** @param {string} url @param {import("./world.js").RecordingEngine} engine */
function startFollower(url, engine) {
  const child = fork(follower, [url], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const exit = once(child, "exit");
  const it = {
    streaming: false,
    pause: () => child.kill("SIGSTOP"),
    resume: () => child.kill("SIGCONT"),
    kill: async () => {
      child.kill("SIGKILL");
      await exit;
    },
  };
  /** @type {Record<string, (...args: any[]) => Promise<any>>} */
  const calls = {
    append: (...args) => /** @type {any} */ (engine.streams).append(...args),
    note: (name) => engine.note(name),
    setNote: (name, text) => engine.setNote(name, text),
    state: async (state) => {
      it.streaming = state === "streaming";
    },
  };
  child.on("message", async (/** @type {any} */ { id, call, args }) => {
    const result = await calls[call](...args);
    if (child.connected) child.send({ id, result }, () => {});
  });
  return it;
}

/** Mulberry32. @param {number} seed */
function randomOf(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
