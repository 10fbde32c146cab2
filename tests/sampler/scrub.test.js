// Batches contain no secrets.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, test } from "node:test";
import { Sampler } from "apus";
import { bounded, withoutSecrets } from "../../js/sampler/transport/scrub.js";
import { run, seeds } from "./sampler-batch.fuzz.js";

/** @type {any[]} */
const batches = [];
const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  batches.push(JSON.parse(String(Buffer.concat(chunks))));
  response.writeHead(204).end();
});
await once(server.listen(0, "127.0.0.1"), "listening");
const { port } = /** @type {any} */ (server.address());
after(() => {
  server.close();
  server.closeAllConnections();
});

/** @param {import("node:test").TestContext} t @param {object} [transport] @param {string[]} [types] */
async function start(t, transport, types = []) {
  const sampler = await Sampler.start({
    types,
    endpoint: `http://127.0.0.1:${port}/`,
    transport: { compress: false, ...transport },
  });
  t.after(() => sampler.dispose());
  return sampler;
}

for (const [text, left] of Object.entries({
  "https://user:pw@x.org/a/b?token=S#S": "https://x.org/a/b",
  "fetch https://x.org/a?token=S S": "fetch https://x.org/a",
  "fetch:https://x.org/a#S": "fetch:https://x.org/a",
  "GET /users/7#S": "GET /users/7",
  "/login#access_token=S&x=1": "/login",
  "#access_token=S": "",
  "#/reset/S": "",
  "shop/#!/users/S": "shop/",
  "[/x#S]": "[/x",
  "page.html#S": "page.html",
  "search?q=what I typed S": "search",
  "to /search?q=what I typed S": "to /search",
  "/to/https%3A%2F%2Fx.org%3Ftoken%3DS": "/to/https%3A%2F%2Fx.org",
  "Authorization: Bearer S.S": "Authorization: Bearer …",
  "jsessionid=S": "jsessionid=…",
  '{"apiKey":"S"}': '{"apiKey":"…"}',
  "/reset/4f9c8a1b2c3d4e5f60718293a4b5c6d7": "/reset/…",
  "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.S-S": "…",
  "data:text/plain,S S": "data:",
  "blob:https://x.org/S": "blob:",
  // typed text
  "search q=what I typed S": "search q=…",
  "/find;q=S S/7": "/find;q=…",
  "https://x.org/find#q=what I typed S": "https://x.org/find",
  "%3Fq%3DS S": "",
  'find "typed: S" again': 'find "…" again',
  "find 'S S', don't": "find '…', don't",
  "find “S S": "find …",
  'input#q[value="S ] S"]': "input#q[value]",
  "input#q[data-q=S S]>a": "input#q[data-q]>a",
  "mail S.S+S@x-y.org now": "mail … now",
  // locations stay
  "html>body>div#buy.primary.large>a": "html>body>div#buy.primary.large>a",
  "chunk-3USXTLFG.js": "chunk-3USXTLFG.js",
  "web-vitals-attribution-of-the-slowest-interaction-2":
    "web-vitals-attribution-of-the-slowest-interaction-2",
  "api:user load": "api:user load",
  "token:refresh": "token:refresh",
})) {
  test(`${text} is sent as: ${left}`, () => assert.equal(withoutSecrets(text), left));
}

test("names of any length are scrubbed quickly and shortened", () => {
  const scrub = bounded(withoutSecrets);
  for (const part of [
    "a",
    "?",
    "#",
    '"',
    "//",
    "token",
    "eyJ",
    "data:",
    "@",
    "%3f",
    "x://",
    "'/",
  ]) {
    assert.ok(String(scrub(part.repeat(100_000))).length <= 300);
  }
});

test("names of series, marks, tags and errors leave without secrets", async (t) => {
  const sampler = await start(t, {}, ["mark", "measure"]);
  sampler.mark("to https://x.org/?token=SECRET");
  sampler.measure("fetch https://x.org/a?token=SECRET", { start: 0, duration: 3 });
  sampler.track("api", 1, { url: "/u?SECRET=1", "/k?SECRET": "#SECRET=1" });
  sampler.series(); // collects
  await sampler.flush();
  const batch = batches.at(-1);
  assert.doesNotMatch(JSON.stringify(batch), /SECRET/);
  assert.deepEqual(batch.series.map((/** @type {any} */ { name, tags }) => [name, tags]).sort(), [
    ["api", { url: "/u", "/k": "" }],
    ["fetch https://x.org/a", {}],
    ["mark", { name: "to https://x.org/" }],
  ]);
});

test("series with the same scrubbed name are sent as their sum", async (t) => {
  const sampler = await start(t);
  sampler.trackAll("load?token=1", [1, 2, 4]);
  sampler.trackAll("load?token=2", [8, -16, 0]);
  await sampler.flush();
  sampler.track("load?token=2", 1000);
  await sampler.flush();
  await sampler.flush(); // nothing new
  const [first, second] = batches.slice(-2).map(({ series }) => series);
  assert.equal(first.length + second.length, 2);
  const { count, sum, min, max, zeros, positive, negative } = second[0].histogram;
  assert.deepEqual(
    [first[0].histogram.count, count, sum, min, max, zeros],
    [6, 7, 999, -16, 1000, 1],
  );
  const total = (/** @type {number[]} */ counts) => counts.reduce((a, b) => a + b);
  assert.deepEqual([total(positive.counts), total(negative.counts)], [5, 1]);
});

test("the page's hook gets every string and may drop it", async (t) => {
  /** @type {string[]} */
  const seen = [];
  const sampler = await start(t, {
    scrub(/** @type {string} */ text) {
      seen.push(text);
      if (text === "broken") throw new Error("a mistake of the hook's");
      return text.startsWith("private") ? undefined : text.toUpperCase();
    },
  });
  sampler.track("private name", 1);
  sampler.track("broken", 1);
  sampler.track("api", 1, { route: "private value", user: "ann", n: 3 });
  await sampler.flush();
  assert.deepEqual(
    batches.at(-1).series.map((/** @type {any} */ { name, tags }) => [name, tags]),
    [["API", { USER: "ANN", N: 3 }]],
  );
  assert.deepEqual(
    ["private name", "broken", "api", "route", "user", "ann"].filter(
      (text) => !seen.includes(text),
    ),
    [],
  );
  const before = batches.length;
  sampler.track("private name", 2);
  await sampler.flush();
  assert.equal(batches.length, before); // dropped strings cause no batch
});

test("the collector accepts batches with any names, whole", async () => {
  for (const seed of seeds()) await run(seed);
});
