// A gateway that cannot open leaves nothing behind that keeps the process alive.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Gateway } from "../../../js/gateway/gateway.node.js";
import { MemoryEngine } from "../../../js/gateway/memory-engine.node.js";

/**
 * @template {object} T
 * @param {T} it @param {() => void} before each of its methods, and may throw
 * @returns {T}
 */
function watched(it, before) {
  return new Proxy(it, {
    get(target, name) {
      const value = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      return (/** @type {unknown[]} */ ...args) => {
        before();
        return value.apply(target, args);
      };
    },
  });
}

/** @param {number} failing which of the calls fails @returns the engine, and how many calls it had */
function engineFailingAt(failing) {
  const memory = new MemoryEngine();
  const state = { calls: 0 };
  const before = () => {
    if (++state.calls === failing) throw new Error("injected");
  };
  const streams = watched(memory.streams, before);
  const engine = new Proxy(watched(memory, before), {
    get: (target, name) => (name === "streams" ? streams : Reflect.get(target, name)),
  });
  return { engine, memory, state };
}

const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;

test("whichever call of the engine fails at first, nothing is left running", async () => {
  const whole = engineFailingAt(0);
  const gateway = await Gateway.open({ engine: whole.engine, live: {} });
  const calls = whole.state.calls;
  await gateway.close();
  const before = timers();
  let refused = 0;
  for (let failing = 1; failing <= calls; failing++) {
    const { engine, memory } = engineFailingAt(failing);
    const opened = await Gateway.open({ engine, live: {} }).catch((error) => {
      assert.equal(error.message, "injected");
    });
    if (!opened) refused++;
    await opened?.close();
    assert.equal(timers(), before, `after call ${failing} of ${calls} had failed`);
    await memory.close();
  }
  assert.ok(refused >= 3, `${refused} of ${calls}`);
});
