import assert from "node:assert/strict";
import { test } from "node:test";
import { loadWasm } from "../../js/core/wasm.js";
import { lazy, retry } from "../../js/lazy/index.js";
import { Failure } from "../../js/lazy/net/failure.js";
import { retryLoop } from "../../js/lazy/net/retry-loop.js";
import { Simulation } from "./simulation.js";

await loadWasm("lazy"); // the simulated clock does not wait for real files

const fails = (times) => {
  let calls = 0;
  return async () => {
    if (calls++ < times) throw new Failure("NETWORK", "no", { retryable: true });
    return calls;
  };
};

test("retries until it succeeds", async () => {
  const sim = new Simulation();
  const waits = [];
  const options = { onretry: ({ attempt, delay }) => waits.push([attempt, delay]) };
  assert.equal(await sim.run(retryLoop(fails(4), options, sim.environment())), 5);
  assert.deepEqual(
    waits.map(([attempt]) => attempt),
    [1, 2, 3, 4],
  );
  for (const [i, [, delay]] of waits.entries()) assert.ok(delay >= 0 && delay <= 100 * 2 ** i);
});

test("gives up when the budget is used up", async () => {
  for (let seed = 1; seed <= 50; seed++) {
    const sim = new Simulation(seed);
    const promise = retryLoop(fails(Infinity), { budget: 3000 }, sim.environment());
    await assert.rejects(sim.run(promise), { code: "GAVE_UP" });
    assert.ok(sim.time <= 3000, `${sim.time}`);
  }
});

test("an error that is not retryable is thrown unchanged", async () => {
  const error = new Failure("GONE", "no");
  const sim = new Simulation();
  const attempt = async () => {
    throw error;
  };
  await assert.rejects(sim.run(retryLoop(attempt, {}, sim.environment())), (it) => it === error);
});

test("an abort ends the wait at once, with its reason", async () => {
  const sim = new Simulation();
  const controller = new AbortController();
  const reason = new Error("enough");
  sim.after(1234, () => controller.abort(reason));
  const options = { signal: controller.signal, delay: 5000 };
  const promise = retryLoop(fails(Infinity), options, sim.environment());
  await assert.rejects(sim.run(promise), (it) => it === reason);
  assert.equal(sim.time, 1234);
});

test("waits as long as the server asks", async () => {
  const sim = new Simulation();
  let calls = 0;
  const attempt = async () => {
    if (calls++ === 0)
      throw new Failure("HTTP_STATUS", "503", { retryable: true, retryAfter: 7000 });
  };
  await sim.run(retryLoop(attempt, {}, sim.environment()));
  assert.ok(sim.time >= 7000 && sim.time <= 7100);
});

test("retry() calls any function until it succeeds", async () => {
  let calls = 0;
  const result = await retry(
    () => {
      if (++calls < 3) throw new Error("no");
      return "yes";
    },
    { delay: 1 },
  );
  assert.equal(result, "yes");
  await assert.rejects(
    retry(() => Promise.reject(new Error("no")), { retryable: () => false }),
    {
      message: "no",
    },
  );
});

test("a wait that makes no sense is ignored, and text is read as in the header", async () => {
  const waits = async (retryAfter, budget = 30_000) => {
    const waits = [];
    const fn = () => {
      if (waits.length < 2) throw Object.assign(new Error("no"), { retryAfter });
    };
    await retry(fn, { delay: 2, budget, onretry: ({ delay }) => waits.push(delay) });
    return waits;
  };
  for (const value of [Number.NaN, -5, {}, [], null, "soon", "", true]) {
    assert.ok(
      (await waits(value)).every((wait) => wait >= 0 && wait <= 4),
      `${value}`,
    );
  }
  assert.ok((await waits("0.02")).every((wait) => wait >= 20));
  const soon = new Date(Date.now() + 60_000).toUTCString();
  await assert.rejects(waits(soon), { code: "GAVE_UP" }); // it would exceed the budget
});

test("gives up with the last failure that is no timeout", async () => {
  const sim = new Simulation();
  const attempt = async (number) => {
    throw new Failure(number < 3 ? "HTTP_STATUS" : "TIMEOUT", `attempt ${number}`, {
      retryable: true,
    });
  };
  const promise = retryLoop(attempt, { retries: 4 }, sim.environment());
  await assert.rejects(sim.run(promise), ({ code, message, cause }) => {
    assert.match(message, /attempt 5 failed .* attempt 2/);
    return code === "GAVE_UP" && cause.code === "HTTP_STATUS";
  });
});

test("retry() ends with its budget, and with its signal, though an attempt hangs", async () => {
  const hang = () => new Promise(() => {});
  await assert.rejects(retry(hang, { budget: 20 }), ({ code, cause }) => {
    return code === "GAVE_UP" && cause.code === "TIMEOUT";
  });
  const signal = AbortSignal.timeout(5);
  await assert.rejects(retry(hang, { signal }), { name: "TimeoutError" });
});

test("retry() does not repeat the program's own mistakes", async () => {
  const attempts = async (error, options = {}) => {
    let calls = 0;
    const fn = () => {
      if (++calls < 3) throw error;
    };
    await retry(fn, { delay: 0, ...options }).catch((it) => assert.equal(it, error));
    return calls;
  };
  assert.equal(await attempts(new TypeError("x is not a function")), 1);
  assert.equal(await attempts(new ReferenceError("x is not defined")), 1);
  assert.equal(await attempts(new Failure("GONE", "no")), 1);
  assert.equal(await attempts(new TypeError("Failed to fetch")), 3);
  assert.equal(await attempts(new TypeError("fetch failed")), 3);
  assert.equal(await attempts(new Error("busy")), 3);
  assert.equal(await attempts(new TypeError("mine"), { retryable: () => true }), 3);
});

test("invalid arguments are named before anything happens", async () => {
  const url = "http://localhost:1/x.js";
  for (const name of ["budget", "timeout", "delay", "maxDelay"]) {
    await assert.rejects(lazy(url, { [name]: Number.NaN }), (error) => {
      return error instanceof RangeError && error.message.includes(name);
    });
    await assert.rejects(lazy(url, { [name]: -1 }), RangeError);
    await assert.rejects(lazy(url, { [name]: "1" }), TypeError);
  }
  await assert.rejects(lazy(url, { retries: 1.5 }), RangeError);
  await assert.rejects(lazy(url, { budgets: 1 }), /unknown option "budgets"/);
  await assert.rejects(lazy("http://["), TypeError);
  await assert.rejects(lazy("no-such-bare-specifier"), TypeError);
  await assert.rejects(retry("fn"), TypeError);
});
