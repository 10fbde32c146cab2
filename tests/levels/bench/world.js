// A cluster, a gateway in a process of its own, a page behind a proxy, and somebody who writes.
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { TAGS } from "../../../js/gateway/engine.node.js";
import { ValkeyEngine } from "../../../js/gateway/valkey-engine.node.js";
import { BUCKETS, bucketOf } from "../../../js/sync/bucket.js";
import { compare } from "../../../js/sync/position.js";
import { freePorts } from "../../../tools/ports.js";
import { value } from "../../gateway/conformance.js";
import { startProxy } from "../../gateway/proxy.js";
import { startCluster, started, until } from "../../gateway/servers.js";
import { Page } from "./page.js";

const bin = fileURLToPath(new URL("../../../js/gateway/bin.node.js", import.meta.url));
const KEYS = Array.from({ length: 60 }, (_, i) => `product:${i}`);
/** Of all masters. */
const PROBES = Array.from({ length: 30 }, (_, i) => `probe:${i}`);
const LONGEST = 60_000; // ms for a fault to be over

export class World {
  #version = 0;
  /** Writes that nobody answered, or were refused. */
  refused = 0;

  static async open() {
    const world = new World();
    world.cluster = await startCluster({ timeout: 1000 });
    const nodes = world.cluster.addresses;
    world.engine = await ValkeyEngine.open({ nodes, timeout: 1000 });
    [world.port] = await freePorts(1);
    await world.startGateway();
    world.proxy = await startProxy(world.port);
    world.page = await Page.open(`http://127.0.0.1:${world.proxy.port}/apus/`);
    return world;
  }

  async startGateway() {
    const nodes = this.cluster.addresses.map(({ host, port }) => `${host}:${port}`).join();
    this.gateway = started(process.execPath, [
      ...[bin, "--nodes", nodes, "--port", String(this.port), "--wait"],
    ]);
    await this.healthy();
  }

  healthy() {
    const url = `http://127.0.0.1:${this.port}/apus/health`;
    return until(async () => (await fetch(url)).ok, "the gateway", LONGEST);
  }

  /**
   * Changes of every kind, by somebody else. Values are numbers that grow.
   * @param {(below: number) => number} pick @param {number} count
   */
  async change(pick, count) {
    for (let i = 0; i < count; i++) {
      const key = KEYS[pick(KEYS.length)];
      const kind = pick(60);
      const { offset = 0, epoch = 0 } = this.tags ?? {};
      const change =
        kind === 0
          ? this.engine.invalidate([`t${pick(5)}`], [])
          : kind === 1
            ? this.engine.invalidate([], [`product:${pick(10)}`])
            : kind === 2
              ? this.engine.remove(key)
              : this.engine.write(key, {
                  ...value(String(++this.#version)),
                  ...{ tags: [`t${pick(5)}`], asOf: { epoch, offset } },
                });
      const at = await change.catch(() => void this.refused++);
      if (at && kind < 2) this.tags = at;
    }
  }

  /** The page reads everything, so it holds what there is. */
  async read() {
    for (let i = 0; i < KEYS.length; i += 10) {
      await Promise.all(KEYS.slice(i, i + 10).map((key) => this.page.read(key)));
    }
  }

  /** Waits until the page knows that it knows everything. */
  async settle() {
    await this.healthy();
    await until(() => this.page.settle(), "the page to know everything", LONGEST);
  }

  /** Entries of the page that differ from what the masters hold now. */
  async wrong() {
    const held = [...this.page.entries];
    const stored = await this.engine.read(held.map(([key]) => key));
    const { floor } = await this.engine.generations([]);
    const prefixes = [...(await this.engine.prefixes())];
    const names = [...new Set(stored.flatMap((truth) => truth?.tags ?? []))];
    const generations = (await this.engine.generations(names)).tags;
    const wrong = [];
    for (const [i, [key, entry]] of held.entries()) {
      const truth = stored[i];
      const tags = truth?.tags.map((tag) => generations[names.indexOf(tag)]) ?? [];
      const dead = [
        ...[floor, ...tags],
        ...prefixes.filter(([prefix]) => key.startsWith(prefix)).map(([, at]) => at),
      ].some((at) => at && truth && compare(at, truth.asOf) > 0);
      const body = truth && !dead ? new TextDecoder().decode(truth.body) : undefined;
      if (body !== textOf(entry)) wrong.push({ key, held: textOf(entry), truth: body });
    }
    return wrong;
  }

  /** Kills a master; somebody writes until its replica has taken over, and it comes back as one. */
  async killMaster(pick) {
    const masters = [];
    for (const node of this.cluster.nodes) {
      const role = await node.ask((client) => client.role()).catch(() => []);
      if (role[0] === "master") masters.push(node);
    }
    const node = masters[pick(masters.length)];
    await this.change(pick, 5);
    const lately = this.change(pick, 20); // some are lost with it
    await node.crash();
    await lately;
    await until(
      () => Promise.all(PROBES.map((key) => this.engine.write(key, value("")))),
      "writes to be back",
      LONGEST,
    );
    await node.restart();
    await until(
      async () => /master_link_status:up/.test(await node.ask((c) => c.info("replication"))),
      "the master to be back as a replica",
      LONGEST,
    );
    // Gateways begin an epoch when they notice that events are missing.
    await this.healthy();
    for (let log = 0; log < BUCKETS; log++) await this.newest(log);
  }

  /** Lets the gateway read a log to its end. @param {number} log */
  async newest(log) {
    this.keyOf ??= [];
    for (let i = 0; !this.keyOf[log]; i++) {
      const key = `other:${i}`;
      this.keyOf[bucketOf(key)] ??= key;
    }
    const url = `http://127.0.0.1:${this.port}/apus/k/${this.keyOf[log]}`;
    await until(
      async () => (await fetch(url, { headers: { "cache-control": "no-cache" } })).status === 404,
      "the gateway to read on",
      LONGEST,
    );
  }

  async trim() {
    for (const log of [TAGS, ...Array(BUCKETS).keys()]) {
      const stream = log === TAGS ? "apus:{tags}:log" : `apus:{b${log}}:log`;
      await this.admin((client) => client.xtrim(stream, "MAXLEN", 1));
    }
  }

  /** @param {(client: import("iovalkey").Cluster) => Promise<unknown>} work */
  async admin(work) {
    if (!this.client) {
      const { Cluster } = await import("iovalkey");
      this.client = new Cluster(this.cluster.addresses);
      this.client.on("error", () => {});
      await once(this.client, "ready");
    }
    return work(this.client);
  }

  async killGateway() {
    await this.gateway.end("SIGKILL");
    await this.startGateway();
  }

  async cutServers() {
    for (const node of this.cluster.nodes) {
      await node.ask((client) => client.client("KILL", "TYPE", "normal")).catch(() => {});
    }
    await sleep(20);
  }

  async close() {
    await this.page.close();
    this.client?.disconnect();
    await this.proxy.stop();
    await this.gateway.end("SIGKILL");
    await this.engine.close();
    await this.cluster.stop();
  }
}

/** As the gateway stores it. @param {unknown} value */
const textOf = (value) =>
  value instanceof Uint8Array ? new TextDecoder().decode(value) : String(value);
