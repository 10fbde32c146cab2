// Services with leases: who is there, who has left, and who has failed.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { MemoryEngine } from "../../../js/gateway/memory-engine.node.js";
import { ValkeyEngine } from "../../../js/gateway/valkey-engine.node.js";
import { freePorts } from "../../../tools/ports.js";
import { mastersAsked, programs, skip, startNode, timeout } from "../servers.js";
import { Client, open, until } from "./client.js";

const server = programs && (await startNode((await freePorts(1))[0]));
after(() => server?.kill());
let runs = 0;
const lease = 1000;

/** @param {any} engine @param {object} [registry] */
const gateway = (engine, registry) =>
  open({ registry: { lease, ...registry } }, { engine, authorize: () => true });

/** Events of the registry. @param {Client} client @param {string} type @param {object} [about] */
const nodes = (client, type, about = {}) =>
  client.heard
    .filter(([kind, its, it]) => {
      const is = (/** @type {[string, unknown]} */ [name, value]) => it[name] === value;
      return kind === "node" && its === type && Object.entries(about).every(is);
    })
    .map(([, , it]) => it);

/** An engine that several gateways use, each with a switch that cuts it off. @param {any} engine */
function shared(engine) {
  let cut = false;
  const refuse = async () => {
    throw new Error("cut off");
  };
  /** @param {any} of @returns {any} */
  const behind = (of) =>
    new Proxy(of, {
      get(target, name) {
        const value = Reflect.get(target, name, target);
        if (name === "streams") return behind(value);
        if (name === "close") return async () => {};
        if (typeof value !== "function") return value;
        return (/** @type {any[]} */ ...args) => (cut ? refuse() : value.apply(target, args));
      },
    });
  return {
    engine: behind(engine),
    cut: () => {
      cut = true;
    },
  };
}

/** @type {[string, () => Promise<any>, object][]} */
const engines = [
  ["memory", async () => new MemoryEngine(), {}],
  [
    "valkey",
    () => ValkeyEngine.open({ timeout, url: server?.url, prefix: `r${++runs}` }),
    { skip },
  ],
];
for (const [name, engineOf, options] of engines) {
  /** @param {string} title @param {(engine: any) => Promise<void>} body */
  const it = (title, body) =>
    test(`${name}: ${title}`, { timeout: 60_000, ...options }, async () => {
      const engine = await engineOf();
      after(() => engine.close());
      await body(engine);
    });

  it("gateways know of each other, and of those that leave", async (engine) => {
    const one = await gateway(shared(engine).engine, { url: "http://one.test" });
    const client = await Client.open(one.url);
    await client.hear("welcome");
    const other = await gateway(shared(engine).engine, { url: "http://two.test", weight: 3 });
    // It may hear of its own gateway first.
    const joined = () => nodes(client, "scaled", { id: other.live.id });
    await until(() => joined().length === 1, "the other gateway");
    assert.deepEqual(joined()[0], {
      ...{ change: "joined", service: "gateway", id: other.live.id, url: "http://two.test" },
    });
    const { services } = await client.ask("services", { service: "gateway" });
    assert.deepEqual(
      services.map(({ url, weight, meta }) => [url, weight, meta]),
      [
        ["http://one.test", 1, null],
        ["http://two.test", 3, null],
      ],
    );
    await other.stop();
    const { id } = other.live;
    await until(() => nodes(client, "scaled", { id }).length === 2, "the end");
    assert.deepEqual(nodes(client, "scaled", { id })[1].change, "left");
    assert.equal((await client.ask("services", { service: "gateway" })).services.length, 1);
    assert.deepEqual(nodes(client, "node-failed", { id }), []);
  });

  it("a gateway that does not renew has failed, once", async (engine) => {
    const clients = [];
    for (let i = 0; i < 3; i++)
      clients.push(await Client.open((await gateway(shared(engine).engine)).url));
    for (const client of clients) await client.hear("welcome");
    const lost = shared(engine);
    const { live } = await gateway(lost.engine, { url: "http://lost.test" });
    for (const client of clients) {
      await until(() => nodes(client, "scaled").some(({ id }) => id === live.id), "its beginning");
    }
    lost.cut();
    const { id } = live;
    for (const client of clients) {
      await until(() => nodes(client, "node-failed", { id }).length > 0, "its end");
    }
    await new Promise((resolve) => setTimeout(resolve, 2 * lease));
    for (const client of clients) {
      assert.deepEqual(nodes(client, "node-failed", { id }), [
        { service: "gateway", id: live.id, url: "http://lost.test" },
      ]);
    }
  });

  it("services of the process and of others are registered", async (engine) => {
    const { gateway: it, url } = await gateway(shared(engine).engine, { lease: 60_000 });
    const client = await Client.open(url);
    await client.hear("welcome");
    const own = await it.registry?.register({
      service: "files",
      url: "https://a.test",
      meta: { zone: 1 },
    });
    const post = (/** @type {object} */ body) =>
      fetch(`${url}/apus/services`, { method: "POST", body: JSON.stringify(body) });
    const other = { service: "files", id: "b", url: "https://b.test", weight: 2, lease: 60_000 };
    assert.equal((await post(other)).status, 204);
    assert.equal((await post(other)).status, 204);
    const answer = await fetch(`${url}/apus/services/files`);
    const { services } = await answer.json();
    assert.deepEqual(
      services.map(({ url, weight, meta }) => [url, weight, meta]).sort(), // two may be of one ms
      [
        ["https://a.test", 1, { zone: 1 }],
        ["https://b.test", 2, null],
      ],
    );
    const gone = await fetch(`${url}/apus/services/b`, { method: "DELETE" });
    assert.equal(gone.status, 204);
    assert.equal((await fetch(`${url}/apus/services/b`, { method: "DELETE" })).status, 404);
    assert.equal((await post({ ...other, id: "c", lease: 1000 })).status, 204);
    await until(async () => {
      await fetch(`${url}/apus/services/files`); // whoever asks notices it
      return nodes(client, "node-failed", { id: "c" }).length > 0;
    }, "its end");
    await own?.leave();
    await own?.leave();
    assert.deepEqual(await (await fetch(`${url}/apus/services/files`)).json(), { services: [] });
    const files = { service: "files" };
    await until(() => nodes(client, "scaled", files).length === 5, "five changes");
    const changes = nodes(client, "scaled", files).map(({ change, url }) => `${change} ${url}`);
    assert.deepEqual(changes, [
      ...["joined https://a.test", "joined https://b.test", "left https://b.test"],
      ...["joined https://b.test", "left https://a.test"],
    ]);
  });
}

test("a service that renews before the gateway has heard of it has not changed", async () => {
  const engine = new MemoryEngine();
  engine.streams.follow = async () => () => {};
  const { gateway: it } = await gateway(engine, { lease: 60_000 });
  const service = { service: "files", id: "b", url: "https://b.test" };
  await it.registry?.renew(service, 60_000);
  const [first] = (await it.registry?.services("files")) ?? [];
  await until(() => Date.now() > first.since, "another millisecond");
  await it.registry?.renew(service, 60_000);
  assert.deepEqual(await it.registry?.services("files"), [first]);
});

test("bad registrations are refused by name", async () => {
  const { gateway: it, url } = await gateway(new MemoryEngine());
  const fine = { service: "s", id: "i", url: "https://a.test" };
  for (const [change, message] of /** @type {[object, RegExp][]} */ ([
    [{ service: "" }, /service must have 1 to 128/],
    [{ service: 7 }, /service must be a string/],
    [{ id: "x".repeat(65) }, /id must have/],
    [{ url: "ftp://a" }, /url must be a URL/],
    [{ url: undefined }, /url must be/],
    [{ weight: 0 }, /weight must be/],
    [{ meta: "x".repeat(5000) }, /meta must be JSON/],
    [{ nope: 1 }, /unknown option "nope"/],
  ])) {
    const body = JSON.stringify({ ...fine, ...change });
    const answer = await fetch(`${url}/apus/services`, { method: "POST", body });
    const { code, title } = await answer.json();
    assert.deepEqual([answer.status, code], [400, "BAD_SERVICE"], body);
    assert.match(title, message);
    await assert.rejects(
      async () => it.registry?.register(/** @type {any} */ ({ ...fine, ...change })),
      message,
    );
  }
  const lease = await fetch(`${url}/apus/services`, {
    ...{ method: "POST", body: JSON.stringify({ ...fine, lease: 0 }) },
  });
  assert.equal(lease.status, 400);
  assert.equal((await fetch(`${url}/apus/services`)).status, 405);
  assert.equal((await fetch(`${url}/apus/services/a/b`)).status, 404);
});

test("the registry needs permission", async () => {
  const { url } = await open({});
  const client = await Client.open(url);
  assert.equal((await client.ask("services", { service: "gateway" }))[0], "FORBIDDEN");
  assert.equal((await fetch(`${url}/apus/services/gateway`)).status, 403);
  const body = JSON.stringify({ service: "s", id: "i", url: "https://a.test" });
  assert.equal((await fetch(`${url}/apus/services`, { method: "POST", body })).status, 403);
  assert.equal((await fetch(`${url}/apus/services/i`, { method: "DELETE" })).status, 403);
});

test("a killed gateway has failed, once", { skip, timeout: 60_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), "apus-registry-"));
  const config = join(folder, "config.mjs");
  await writeFile(
    config,
    `export default { live: { registry: { lease: 1000, url: "http://killed.test" } } };`,
  );
  const bin = new URL("../../../js/gateway/bin.node.js", import.meta.url).pathname;
  const args = [bin, "--port", "0", "--engine", server?.url ?? "", "--config", config];
  const child = spawn(process.execPath, args, { stdio: "ignore" });
  try {
    const engine = await ValkeyEngine.open({ timeout, url: server?.url ?? "" });
    const { url } = await gateway(engine);
    const client = await Client.open(url);
    await client.hear("welcome");
    await until(
      async () => {
        const { services } = await client.ask("services", { service: "gateway" });
        return services.some((/** @type {any} */ one) => one.url === "http://killed.test");
      },
      "the other gateway",
      30_000,
    );
    child.kill("SIGKILL");
    const killed = { url: "http://killed.test" };
    await until(() => nodes(client, "node-failed", killed).length > 0, "its end");
    await new Promise((resolve) => setTimeout(resolve, 2 * lease));
    assert.equal(nodes(client, "node-failed", killed).length, 1);
  } finally {
    child.kill("SIGKILL");
    await rm(folder, { recursive: true });
  }
});

test("another server in the engine's place is a failover", { skip, timeout: 60_000 }, async () => {
  const node = await startNode((await freePorts(1))[0]);
  const engine = await ValkeyEngine.open({ timeout, url: node.url });
  const asked = mastersAsked(engine);
  const { url } = await gateway(engine);
  const client = await Client.open(url);
  await client.hear("welcome");
  await asked;
  await node.crash();
  await node.restart();
  await client.hear("node", ([, type]) => type === "failover");
  await node.kill();
});
