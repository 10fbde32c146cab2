// Live channels in engines other than Chromium, with a real gateway.
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { MemoryEngine } from "../../../js/gateway/memory-engine.node.js";
import { inEachEngine } from "../../engines/index.js";
import { startServer } from "./server.js";

inEachEngine((engine) => {
  const { name, options } = engine;
  /** @type {Awaited<ReturnType<typeof startServer>>} */
  let server;
  /** Its streams outlive a gateway. @type {MemoryEngine} */
  let memory;
  const start = async (/** @type {Parameters<typeof startServer>[1]} */ how) => {
    server = await startServer(engine.url, { engine: memory, ...how });
  };
  beforeEach(() => {
    memory = new MemoryEngine();
  });
  afterEach(() => server?.stop());
  const page = () => engine.page;
  /** @param {Record<string, unknown>} [how] @param {Parameters<typeof startServer>[1]} [site] */
  const open = async (how = {}, site = {}) => {
    await start(site);
    await page().goto(`${server.url}/tests/sync/live/tab.html`);
    await page().evaluate(async (how) => {
      while (!globalThis.frame) await new Promise((resolve) => setTimeout(resolve, 10));
      await globalThis.begin(how);
    }, how);
  };
  const publish = async (/** @type {unknown[]} */ ...all) => {
    for (const data of all) await server.gateway.live?.publish("log", "n", data);
  };
  /** The page is left, and nothing went wrong in it. */
  const leave = async () => {
    assert.deepEqual(await page().evaluate(() => globalThis.problems), []);
    await page().goto("about:blank");
  };

  for (const transport of ["websocket", "sse", "poll"]) {
    test(`${name}: events, payload and presence over ${transport}`, options, async () => {
      await open({ transports: [transport] });
      await publish(1, 2);
      await page().evaluate(async () => {
        const { channel } = globalThis.tab;
        await channel.publish("n", { three: "ä\u2028" });
        await channel.publish("n", Uint8Array.of(0, 255, 10));
      });
      await publish(Uint8Array.of(4), 5);
      const { got, used, history, members } = await page().evaluate(async () => {
        const { channel, got, live } = globalThis.tab;
        await globalThis.until(() => got.length === 6);
        const history = (await channel.history(3)).map(({ data }) => data);
        let members = [];
        channel.presence.on((all) => {
          members = all;
        });
        await channel.presence.enter({ name: "Ada" });
        await globalThis.until(() => members.length === 1);
        const [{ state }] = await channel.presence.members();
        await channel.presence.leave();
        await globalThis.until(() => members.length === 0);
        return {
          ...{ got, used: live.stats().transport, members: state },
          history: history.map((data) => (data instanceof Uint8Array ? [...data] : data)),
        };
      });
      assert.deepEqual(got, [1, 2, { three: "ä\u2028" }, [0, 255, 10], [4], 5]);
      assert.deepEqual(history, got.slice(3));
      assert.deepEqual(members, { name: "Ada" });
      assert.equal(used, transport);
      await leave();
    });
  }

  test(`${name}: where WebSockets are refused, events come by HTTP`, options, async () => {
    await open({}, { sockets: false });
    await publish(1, 2);
    const used = await page().evaluate(async () => {
      const { got, live } = globalThis.tab;
      await globalThis.until(() => got.length === 2);
      return live.stats().transport;
    });
    assert.equal(used, "sse");
    await leave();
  });

  test(`${name}: a gateway that comes back is resumed without a loss`, options, async () => {
    await open();
    await publish(...Array.from({ length: 10 }, (_, n) => n));
    await page().evaluate(async () => {
      await globalThis.until(() => globalThis.tab.got.length === 10);
      // The code for publishing comes with the connection, soon.
      const files = () => performance.getEntriesByType("resource").map((it) => it.name);
      await globalThis.until(
        () => /publisher/.test(files().join()) && /frames/.test(files().join()),
      );
    });
    await server.stop();
    // Nothing of it was used before; it waits until there is a gateway.
    const codes = await page().evaluate(async () => {
      const { live, channel } = globalThis.tab;
      await globalThis.until(() => live.status === "down");
      const failing = [channel.history(1), channel.presence.members(), live.endpoints("files")];
      globalThis.publication = channel.publish("n", "mine");
      return Promise.all(failing.map((it) => it.catch(({ code }) => code)));
    });
    assert.deepEqual(codes, Array(3).fill("UNREACHABLE"));
    for (let n = 10; n < 20; n++) {
      await memory.streams.append("log", [{ type: "n", data: n }], { keep: 20_000 });
    }
    await start({ port: server.port });
    const { got, resumed } = await page().evaluate(async () => {
      const { got, resumed } = globalThis.tab;
      await globalThis.publication;
      await globalThis.until(() => got.includes("mine"));
      return { got, resumed: resumed.map(({ recovered }) => recovered) };
    });
    assert.deepEqual(got, [...Array.from({ length: 20 }, (_, n) => n), "mine"]);
    assert.deepEqual(resumed, [true]);
    await leave();
  });

  test(`${name}: tabs and a worker share one connection, whoever leaves`, options, async () => {
    await open();
    const tabs = await page().evaluate(async () => {
      globalThis.frames = [await globalThis.frame(), await globalThis.frame()];
      const worker = new Worker("/tests/sync/live/worker.js", { type: "module" });
      globalThis.inWorker = [];
      await new Promise((resolve, reject) => {
        worker.onerror = reject;
        worker.onmessage = ({ data }) => {
          if (data === "ready") resolve(undefined);
          else globalThis.inWorker.push(...data);
        };
      });
      await globalThis.until(() => globalThis.tab.live.stats().tabs === 4);
      return globalThis.frames.map((it) => it.contentWindow.tab.live.stats().leader);
    });
    assert.deepEqual(tabs, [false, false]);
    assert.equal(server.gateway.live?.sessions.size, 1);
    await publish(0, 1, 2);
    const got = await page().evaluate(async () => {
      const { tab, frames, inWorker } = globalThis;
      const all = [tab.got, inWorker, ...frames.map((it) => it.contentWindow.tab.got)];
      await globalThis.until(() => all.every((it) => it.length === 3));
      tab.live.close(); // it had the connection
      return all;
    });
    assert.deepEqual(got, Array(4).fill([0, 1, 2]));
    await publish(3, 4);
    const rest = await page().evaluate(async () => {
      const { frames, inWorker } = globalThis;
      await globalThis.until(() => inWorker.length === 5);
      for (const { contentWindow } of frames) {
        await globalThis.until(() => contentWindow.tab.got.length === 5);
      }
      frames[0].remove();
      const { got, channel } = frames[1].contentWindow.tab;
      await channel.publish("n", 5);
      await globalThis.until(() => got.length === 6 && inWorker.length === 6);
      return [got, inWorker];
    });
    assert.deepEqual(rest, Array(2).fill([0, 1, 2, 3, 4, 5]));
    assert.equal(server.gateway.live?.sessions.size, 1);
    await leave();
  });
});
