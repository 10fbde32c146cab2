// solve(): which provider answers, and what happens to those that do not.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { rooms } from "../../js/core/rooms.js";
import { h2 } from "../../js/quantum/chemistry/molecules.js";
import { groundState, maxCut, partition } from "../../js/quantum/problems.js";
import { httpProvider } from "../../js/quantum/solve/http-provider.js";
import { solve } from "../../js/quantum/solve/solve.js";

const triangle = maxCut([
  [0, 1],
  [1, 2],
  [2, 0],
]);

/** A provider that answers the triangle. */
const device = (parts) => ({
  name: "device",
  isAvailable: () => true,
  solve: async () => ({ algorithm: "qaoa", bits: [0, 1, 0] }),
  ...parts,
});

function listen() {
  const events = new EventTarget();
  const errors = [];
  events.addEventListener("error", ({ detail }) => errors.push(detail));
  return { events, errors };
}

test("the simulator takes what fits it", async () => {
  const answer = await solve(triangle);
  assert.equal(answer.provider, "simulator");
  assert.equal(answer.algorithm, "qaoa");
  assert.equal(answer.value, 2);
  assert.equal(answer.optimum, 2);
});

test("larger problems go to a classical method, which says whether it is exact", async () => {
  const ring = Array.from({ length: 30 }, (_, i) => [i, (i + 1) % 30]);
  const exact = await solve(maxCut(ring));
  assert.equal(exact.provider, "classical");
  assert.equal(exact.algorithm, "branch and bound");
  assert.equal(exact.exact, true);
  assert.equal(exact.value, 30);
  const halves = await solve(partition(Array.from({ length: 30 }, (_, i) => 3 + i * i)));
  assert.equal(halves.algorithm, "sums of halves");
  assert.ok(halves.value <= 1);
});

test("a ground state is solved by VQE and compared", async () => {
  const answer = await solve(groundState(h2().hamiltonian));
  assert.equal(answer.algorithm, "vqe");
  assert.ok(Math.abs(answer.optimum + 1.137306) < 1e-6);
  assert.ok(answer.energy - answer.optimum < 1.6e-3);
});

test("the first provider that can answers", async () => {
  const busy = device({ name: "busy", isAvailable: async () => false });
  const answer = await solve(triangle, { providers: [busy, device()] });
  assert.equal(answer.provider, "device");
  assert.equal(answer.value, 2);
});

test("a provider that rejects, hangs or answers nonsense is passed over with an event", async () => {
  let cancelled = 0;
  const never = new Promise(() => {});
  const providers = [
    device({ name: "rejects", solve: () => Promise.reject(new Error("no")) }),
    device({
      name: "throws",
      isAvailable: () => {
        throw new Error("down");
      },
    }),
    device({ name: "hangs", solve: () => never, cancel: () => cancelled++ }),
    device({ name: "asleep", isAvailable: () => never }),
    device({ name: "short", solve: async () => ({ algorithm: "qaoa", bits: [0, 1] }) }),
    device({ name: "odd", solve: async () => ({ algorithm: "qaoa", bits: [0, 2, 1] }) }),
    device({ name: "empty", solve: async () => null }),
    device({ name: "mute", solve: async () => ({ bits: [0, 1, 0] }) }),
  ];
  const { events, errors } = listen();
  const answer = await solve(triangle, {
    providers: [...providers, device()],
    events,
    timeout: 50,
  });
  assert.equal(answer.provider, "device");
  assert.deepEqual(
    errors.map(({ provider }) => provider),
    providers.map(({ name }) => name),
  );
  assert.equal(errors[2].error.code, "TIMEOUT");
  assert.equal(errors[4].error.code, "BAD_ANSWER");
  assert.equal(cancelled, 1);
});

test("an energy that is not possible is nonsense", async () => {
  const { events, errors } = listen();
  const liar = device({ solve: async () => ({ algorithm: "vqe", energy: -100 }) });
  const answer = await solve(groundState(h2().hamiltonian), { providers: [liar], events });
  assert.equal(answer.provider, "simulator");
  assert.equal(errors[0].error.code, "BAD_ANSWER");
});

test("an abort ends everything, with the signal's reason", async () => {
  const controller = new AbortController();
  let cancelled = 0;
  const reason = new Error("enough");
  const hangs = device({
    solve: () => {
      controller.abort(reason);
      return new Promise(() => {});
    },
    cancel: () => cancelled++,
  });
  const { events, errors } = listen();
  const run = solve(triangle, { providers: [hangs], signal: controller.signal, events });
  await assert.rejects(run, reason);
  assert.equal(cancelled, 1);
  assert.deepEqual(errors, []);
});

test("answers are kept by problem, shots, seed and provider, and reported to the sampler", async () => {
  const cache = new Map();
  let asked = 0;
  const counting = device({
    solve: async () => {
      asked++;
      return { algorithm: "qaoa", bits: [0, 1, 0] };
    },
  });
  const told = [];
  const listener = (name, value, tags) => told.push({ name, value, tags });
  rooms.listeners.add(listener);
  const options = { providers: [counting], cache };
  assert.equal((await solve(triangle, options)).cached, false);
  assert.equal((await solve(triangle, options)).cached, true);
  assert.equal((await solve(triangle, { ...options, seed: 2 })).cached, false);
  assert.equal(
    (
      await solve(
        maxCut([
          [0, 1, 2],
          [1, 2],
          [2, 0],
        ]),
        options,
      )
    ).cached,
    false,
  );
  rooms.listeners.delete(listener);
  assert.equal(asked, 3);
  assert.equal(told.length, 4);
  assert.equal(told[0].name, "quantum.solve");
  assert.deepEqual(told[0].tags, { algorithm: "qaoa", provider: "device" });
  assert.match([...cache.keys()][0], /^quantum:[0-9a-f]{64}$/);
});

test("bad input names the argument", async () => {
  await assert.rejects(solve({}), /solve: problem must come from/);
  await assert.rejects(solve(triangle, { providers: [{}] }), /providers\[0\] must have a name/);
  await assert.rejects(solve(triangle, { cache: {} }), /cache must be an object with get and set/);
  await assert.rejects(solve(triangle, { timeout: 0 }), RangeError);
  assert.throws(() => httpProvider({}), /url must be a string/);
});

/** A gateway whose job is done when it was asked `polls` times. */
async function gateway(polls) {
  const seen = [];
  let left = polls;
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    seen.push({ method: request.method, url: request.url, body: body && JSON.parse(body) });
    const reply = (status, value) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
    if (request.method === "DELETE") return reply(200, {});
    if (request.method === "POST") return reply(202, { id: "job 7" });
    if (request.url === "/qpu") return reply(200, { available: true, maxVariables: 5 });
    left--;
    return left > 0 ? reply(202, {}) : reply(200, { algorithm: "annealing", bits: [1, 0, 0] });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${server.address().port}/qpu`;
  return { url, seen, close: () => new Promise((resolve) => server.close(resolve)) };
}

test("a gateway's device answers over HTTP", async () => {
  const { url, seen, close } = await gateway(3);
  const provider = httpProvider({ url, name: "our QPU", poll: 1 });
  const answer = await solve(triangle, { providers: [provider], shots: 50 });
  assert.equal(answer.provider, "our QPU");
  assert.equal(answer.algorithm, "annealing");
  assert.equal(answer.value, 2);
  assert.equal(seen[1].body.shots, 50);
  assert.deepEqual(seen[1].body.problem.couplings, triangle.couplings);
  assert.equal(seen.filter(({ url }) => url === "/qpu/job%207").length, 3);
  // Too large for the device: the next provider.
  const ring = maxCut([
    [0, 1],
    [1, 2],
    [2, 3],
    [3, 4],
    [4, 5],
  ]);
  assert.equal((await solve(ring, { providers: [provider] })).provider, "simulator");
  await close();
});

test("a job that takes too long is deleted", async () => {
  const { url, seen, close } = await gateway(Infinity);
  const provider = httpProvider({ url, poll: 1 });
  const { events, errors } = listen();
  const answer = await solve(triangle, { providers: [provider], timeout: 200, events });
  assert.equal(answer.provider, "simulator");
  assert.equal(errors[0].error.code, "TIMEOUT");
  assert.equal(errors[0].provider, new URL(url).host);
  while (!seen.some(({ method }) => method === "DELETE"))
    await new Promise((r) => setTimeout(r, 5));
  await close();
});
