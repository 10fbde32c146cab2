// A real PostgreSQL for the tests, on the loopback interface, in a temporary folder. It ends with the
// test, or with the process that started it.
import { spawn, spawnSync } from "node:child_process";
import { chown, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { freePorts } from "../../../tools/ports.js";
import { findPostgres } from "../../../tools/setup/postgres.js";
import { skip as others, until } from "../servers.js";

/** In CI it is never missing. */
const programs = findPostgres();
if (!programs && process.env.CI) throw new Error("CI needs PostgreSQL");
export const skip = programs ? others : "PostgreSQL is not installed";

/** PostgreSQL does not run as root: then its own user does it. */
async function owner() {
  if (process.getuid?.() !== 0) return {};
  const users = await readFile("/etc/passwd", "utf8");
  const [, uid, gid] = /^postgres:[^:]*:(\d+):(\d+):/m.exec(users) ?? [];
  if (!uid) throw new Error("there is no user postgres");
  return { uid: Number(uid), gid: Number(gid) };
}

/** Servers that run, by their folder. @type {Set<import("node:child_process").ChildProcess>} */
const running = new Set();
process.once("exit", () => {
  for (const child of running) child.kill("SIGQUIT"); // its children end too, without a checkpoint
});

/**
 * @param {Record<string, string | number>} [settings]
 */
export async function startPostgres(settings = {}) {
  const folder = await mkdtemp(join(tmpdir(), "apus-postgres-"));
  const user = await owner();
  if (user.uid !== undefined) await chown(folder, user.uid, user.gid);
  const bin = (/** @type {string} */ name) => join(/** @type {string} */ (programs), name);
  const init = ["-D", folder, "-A", "trust", "-U", "apus", "-E", "UTF8", "--locale=C", "-N"];
  const made = spawnSync(bin("initdb"), init, { ...user, cwd: folder, encoding: "utf8" });
  if (made.status !== 0) throw new Error(`initdb: ${made.error ?? made.stderr}`);
  const [port] = await freePorts(1);
  const all = {
    ...{ port, listen_addresses: "127.0.0.1", unix_socket_directories: "", fsync: "off" },
    ...{ wal_level: "logical", max_wal_senders: 8, shared_buffers: "16MB", autovacuum: "off" },
    ...settings,
  };
  const args = Object.entries(all).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const url = `postgres://apus@127.0.0.1:${port}/postgres`;
  /** @type {import("node:child_process").ChildProcess | undefined} */
  let child;
  /** Runs SQL on a connection of its own. @param {string} sql @param {unknown[]} [values] */
  const sql = async (sql, values) => {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 });
    client.on("error", () => {});
    try {
      await client.connect();
      return (await client.query(sql, values)).rows;
    } finally {
      await client.end().catch(() => {});
    }
  };
  /** @param {NodeJS.Signals} signal */
  const end = async (signal) => {
    const ending = child;
    if (!ending) return;
    child = undefined;
    const ended = new Promise((resolve) => ending.once("exit", resolve));
    if (ending.exitCode === null && ending.signalCode === null) {
      ending.kill(signal);
      await ended;
    }
    running.delete(ending);
  };
  const start = () =>
    until(
      async () => {
        // After a kill, its children hold the memory for a moment; then it ends at once.
        if (!child || child.exitCode !== null || child.signalCode !== null) {
          if (child) running.delete(child);
          child = spawn(bin("postgres"), ["-D", folder, ...args], {
            ...{ ...user, cwd: folder, stdio: "ignore" },
          });
          running.add(child);
        }
        return (await sql("SELECT 1")).length === 1;
      },
      `PostgreSQL at port ${port}`,
      60_000,
    );
  await start();
  return {
    url,
    folder,
    sql,
    start,
    /** Ends it as `kill -9` does. */
    crash: () => end("SIGKILL"),
    /** Ends it in an orderly way. */
    shutdown: () => end("SIGINT"),
    stop: async () => {
      await end("SIGQUIT");
      await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}
