// The transport and servers that misbehave: no answer is overrated, nothing hangs, and undelivered
// numbers come with a later batch.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, test } from "node:test";
import { Sampler } from "apus";
import { retryAfter } from "../../js/sampler/transport/send.js";

/** @typedef {import("node:http").ServerResponse} Response */

/** @type {(() => unknown)[]} */
const open = [];
after(() => {
  for (const close of open) close();
});

/**
 * Each request gets the next of `answers`; the last one is repeated.
 * @param {...((response: Response) => unknown)} answers
 */
async function hostile(...answers) {
  /** @type {any[]} */
  const batches = [];
  const server = createServer({ maxHeaderSize: 1e6 }, async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    batches.push(JSON.parse(String(Buffer.concat(chunks))));
    answers[Math.min(batches.length, answers.length) - 1](response);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  open.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = /** @type {any} */ (server.address());
  return { url: `http://127.0.0.1:${port}/`, batches };
}

/** @param {string} endpoint @param {object} [transport] */
async function start(endpoint, transport) {
  const sampler = await Sampler.start({
    types: [],
    endpoint,
    transport: { compress: false, timeout: 5000, ...transport },
  });
  open.push(() => sampler.dispose());
  /** @type {any[]} */
  const told = [];
  for (const type of ["sent", "delivery"])
    sampler.on(type, ({ detail }) => told.push(detail.state ?? type));
  return { sampler, told };
}

/** @param {number} status @param {object} [headers] @param {string} [body] */
const answer =
  (status, headers = {}, body = "") =>
  (/** @type {Response} */ response) =>
    response.writeHead(status, { ...headers }).end(body);

const good = answer(204);
const elsewhere = await hostile(good);

/** Answers after which the batch must be sent again. @type {Record<string, (response: Response) => unknown>} */
const later = {
  "a redirect": answer(307, { location: elsewhere.url }),
  "a redirect that keeps the page's cookie": answer(302, {
    location: elsewhere.url,
    "set-cookie": "a=b",
  }),
  "a redirect to itself": answer(308, { location: "/" }),
  "a reset before any answer": (response) => response.destroy(),
  "a reset within the headers": (response) => response.socket?.end("HTTP/1.1 200 OK\r\nx: "),
  "no HTTP at all": (response) => response.socket?.end("I am no web server\r\n\r\n"),
  "headers of half a megabyte": answer(200, { x: "x".repeat(500_000) }),
  "two lengths": (response) =>
    response.socket?.end("HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab"),
  "an error with an endless Retry-After": answer(503, { "retry-after": "9".repeat(300) }),
  "an error with a Retry-After in words": answer(429, { "retry-after": "soon" }),
};
for (const [name, lie] of Object.entries(later)) {
  test(`${name}: the batch is sent again`, async () => {
    const { url, batches } = await hostile(lie, good);
    const { sampler, told } = await start(url);
    sampler.track("api", 1);
    await sampler.flush();
    sampler.track("api", 2);
    await sampler.flush();
    assert.deepEqual(told, ["waiting", "sent"]);
    assert.deepEqual(
      batches.map(({ series }) => series[0].histogram.count),
      [1, 2],
    );
    assert.equal(elsewhere.batches.length, 0);
  });
}

/** Bodies of answers: none is read. @type {Record<string, (response: Response) => unknown>} */
const delivered = {
  "an endless body": (response) => {
    const piece = Buffer.alloc(65_536);
    const more = () => {
      while (!response.destroyed && response.write(piece));
    };
    response.writeHead(200).on("drain", more);
    more();
  },
  "a body that never arrives": (response) =>
    response.writeHead(200, { "content-length": 9 }).flushHeaders(),
  "a body that is cut": (response) =>
    response.writeHead(200, { "content-length": 9 }).write("x", () => response.destroy()),
  "a body that claims to be compressed": answer(200, { "content-encoding": "gzip" }, "no gzip"),
  "a body of script": answer(200, { "content-type": "text/html" }, "<script>alert(1)</script>"),
};
for (const [name, lie] of Object.entries(delivered)) {
  test(`${name}: the status counts, and the next batch is sent`, async () => {
    const { url, batches } = await hostile(lie, good);
    const { sampler, told } = await start(url);
    for (let i = 0; i < 2; i++) {
      sampler.track("api", i);
      await sampler.flush();
    }
    assert.deepEqual(told, ["sent", "sent"]);
    assert.equal(batches.length, 2);
  });
}

test("no answer: the request ends at its timeout", async () => {
  const { url } = await hostile(() => {}, good);
  const { sampler, told } = await start(url, { timeout: 2000 }); // for the good answer too
  sampler.track("api", 1);
  await sampler.flush();
  await sampler.flush();
  assert.deepEqual(told, ["waiting", "sent"]);
});

test("a refusal is final, and alternating answers lose only the refused batches", async () => {
  const { url, batches } = await hostile(answer(400), good, answer(422), good);
  const { sampler, told } = await start(url);
  for (let i = 0; i < 4; i++) {
    sampler.track("api", i);
    await sampler.flush();
  }
  assert.deepEqual(told, ["refused", "sent", "refused", "sent"]);
  assert.equal(batches.at(-1).series[0].histogram.count, 4);
  assert.equal(sampler.report()?.losses.refused, 2);
});

test("Retry-After is limited to an hour", () => {
  for (const [header, ms] of /** @type {const} */ ([
    ["120", 120_000],
    ["9".repeat(400), 3_600_000],
    ["Fri, 31 Dec 9999 23:59:59 GMT", 3_600_000],
    ["Thu, 01 Jan 1970 00:00:00 GMT", undefined],
    ["-1", undefined],
    ["NaN", undefined],
    ["", undefined],
  ])) {
    assert.equal(retryAfter(header), ms, header);
  }
});

test("a queue that fails is replaced by memory", async () => {
  const { url, batches } = await hostile(answer(503), good);
  const broken = () => {
    throw new Error("the cache is closed");
  };
  const queue = { get: broken, set: broken, delete: broken, keys: broken };
  const { sampler, told } = await start(url, { queue });
  sampler.track("api", 1);
  await sampler.flush();
  await sampler.flush();
  assert.deepEqual(told, ["waiting", "sent"]);
  assert.equal(batches.length, 2);
});

test("tags that JSON cannot hold do not stop a batch", async () => {
  const { url, batches } = await hostile(good);
  const { sampler, told } = await start(url);
  sampler.track("api", 1, /** @type {any} */ ({ id: 5n, nan: Number.NaN, none: null }));
  await sampler.flush();
  assert.deepEqual(told, ["sent"]);
  assert.deepEqual(batches[0].series[0].tags, { id: "5", nan: "NaN", none: "null" });
});
