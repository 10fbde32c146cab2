// Real servers for the tests of the gateway. They listen on the loopback interface, keep nothing,
// and end with the test, or with the process that started them.
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "iovalkey";
import { freePorts } from "../../tools/ports.js";
import { findServers } from "../../tools/setup/servers.js";

/** The programs, or undefined; in CI they are never missing. */
export const programs = findServers();
if (!programs && process.env.CI) throw new Error("CI needs redis-server and varnishd");
export const skip = programs ? false : "redis-server and varnishd are not installed";

/**
 * The first value of `state` that is true; its errors count as false.
 * @template T @param {() => Promise<T>} state @param {string} what @param {number} [ms]
 */
export async function until(state, what, ms = 30_000) {
  const end = Date.now() + ms;
  for (;;) {
    const value = await state().catch(() => false);
    if (value) return value;
    if (Date.now() > end) throw new Error(`waited ${ms} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** ms that a command may take where no fault is tested: a busy machine is slow. */
export const timeout = 30_000;

/** Children that run. @type {Set<import("node:child_process").ChildProcess>} */
const children = new Set();
process.once("exit", () => {
  for (const child of children) child.kill("SIGTERM"); // Varnish ends its own child
});
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));

/**
 * A server that ends with this process.
 * @param {string} program @param {string[]} args
 */
export function started(program, args) {
  const child = spawn(program, args, { stdio: "ignore" });
  children.add(child);
  child.unref(); // a test that failed leaves it to the end of the process
  const ended = new Promise((resolve) => child.once("exit", resolve));
  return {
    kill: (/** @type {NodeJS.Signals} */ signal) => child.kill(signal),
    end: async (/** @type {NodeJS.Signals} */ signal) => {
      child.ref();
      child.kill(signal);
      await ended;
      children.delete(child);
    },
  };
}

/**
 * A node of Valkey or Redis.
 * @param {number} port @param {string[]} [args]
 */
export async function startNode(port, args = []) {
  const folder = await mkdtemp(join(tmpdir(), "apus-valkey-"));
  const common = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder];
  const begin = () =>
    started(/** @type {NonNullable<typeof programs>} */ (programs).valkey, [
      ...["--port", String(port), ...common, ...args],
    ]);
  let child = begin();
  const node = {
    port,
    url: `redis://127.0.0.1:${port}`,
    /** Ends it as `kill -9` does. It keeps what it knows of a cluster. */
    crash: () => child.end("SIGKILL"),
    /** Begins again, without its data. */
    restart: async () => {
      child = begin();
      await until(() => node.ask((client) => client.ping()), `the server at port ${port}`);
    },
    kill: async () => {
      await child.end("SIGKILL");
      await rm(folder, { recursive: true, force: true });
    },
    /** Stops answering, and goes on. */
    pause: () => child.kill("SIGSTOP"),
    resume: () => child.kill("SIGCONT"),
    /** @param {(client: Redis) => Promise<any>} work */
    ask: async (work) => {
      // Something else may listen at a port that was free a moment ago, and never answer.
      const options = { lazyConnect: true, retryStrategy: () => null, commandTimeout: timeout };
      const client = new Redis(port, "127.0.0.1", options);
      client.on("error", () => {});
      try {
        return await work(client);
      } finally {
        client.disconnect();
      }
    },
  };
  await until(() => node.ask((client) => client.ping()), `the server at port ${port}`);
  return node;
}

/**
 * A cluster: three masters with a replica each.
 * @param {{ timeout?: number }} [options] ms without an answer until a node counts as failed
 */
export async function startCluster({ timeout = 2000 } = {}) {
  const ports = await freePorts(6);
  const cluster = ["--cluster-enabled", "yes", "--cluster-node-timeout", String(timeout)];
  const nodes = await Promise.all(ports.map((port) => startNode(port, cluster)));
  const [first] = nodes;
  // What `redis-cli --cluster create` does, without the program.
  const slots = [0, 5461, 10923, 16384];
  await Promise.all(
    nodes
      .slice(0, 3)
      .map((node, i) =>
        node.ask((client) => client.cluster("ADDSLOTSRANGE", slots[i], slots[i + 1] - 1)),
      ),
  );
  await Promise.all(
    nodes.map((node, i) => node.ask((client) => client.cluster("SET-CONFIG-EPOCH", i + 1))),
  );
  for (const { port } of nodes.slice(1)) {
    await first.ask((client) => client.cluster("MEET", "127.0.0.1", port));
  }
  const ids = await Promise.all(nodes.map((node) => node.ask((client) => client.cluster("MYID"))));
  await Promise.all(
    nodes
      .slice(3)
      .map((node, i) =>
        until(
          () => node.ask((client) => client.cluster("REPLICATE", ids[i])),
          "a replica that knows its master",
        ),
      ),
  );
  for (const node of nodes) {
    await until(
      async () => /cluster_state:ok/.test(await node.ask((client) => client.cluster("INFO"))),
      "the state of the cluster",
    );
  }
  for (const node of nodes.slice(3)) {
    await until(
      async () =>
        /master_link_status:up/.test(await node.ask((client) => client.info("replication"))),
      "a replica in step with its master",
    );
  }
  return {
    nodes,
    addresses: ports.map((port) => ({ host: "127.0.0.1", port })),
    stop: () => Promise.all(nodes.map((node) => node.kill())),
  };
}

/**
 * Varnish with js/gateway/purge/apus.vcl in front of a gateway.
 * @param {string} backend URL
 */
export async function startVarnish(backend) {
  const folder = await mkdtemp(join(tmpdir(), "apus-varnish-"));
  const file = join(folder, "apus.vcl");
  const vcl = await readFile(new URL("../../js/gateway/purge/apus.vcl", import.meta.url), "utf8");
  await writeFile(file, vcl.replace('"8787"', `"${new URL(backend).port}"`));
  const [port] = await freePorts(1);
  const { varnish } = /** @type {NonNullable<typeof programs>} */ (programs);
  const child = started(varnish, [
    ...["-F", "-n", folder, "-f", file, "-a", `127.0.0.1:${port}`],
    ...["-s", "malloc,32m", "-j", "none"],
  ]);
  const url = `http://127.0.0.1:${port}`;
  await until(async () => (await fetch(`${url}/apus/health`)).ok, "Varnish");
  return {
    url,
    stop: async () => {
      await child.end("SIGTERM");
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/**
 * Resolves when a gateway knows the engine's masters: it notices a failover from then on.
 * @param {{ masters(): Promise<string[]> }} engine before it opens
 */
export function mastersAsked(engine) {
  const { masters } = engine;
  return new Promise((resolve) => {
    engine.masters = async () => {
      const all = await masters.call(engine);
      if (all.length > 0) resolve(all);
      return all;
    };
  });
}

/** One node and a cluster for the tests of a file, or undefined where the programs are missing. */
export async function startBoth() {
  if (!programs) return undefined;
  const [node, cluster] = [await startNode((await freePorts(1))[0]), await startCluster()];
  return { node, cluster, stop: () => Promise.all([node.kill(), cluster.stop()]) };
}
