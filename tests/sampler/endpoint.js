// Collectors for tests, and samplers that report to them.
import { createServer } from "node:http";
import { after } from "node:test";
import { gunzipSync } from "node:zlib";
import { Sampler } from "apus";

/** @type {(() => void)[]} */
export const open = [];
after(() => {
  for (const close of open) close();
});

/** A collector with the given answers. @param {(batch: any) => { status: number, headers?: object, body?: string }} answer */
export async function collector(answer = () => ({ status: 204 })) {
  /** @type {any[]} */
  const batches = [];
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const raw = Buffer.concat(chunks);
    const text = request.headers["content-encoding"] === "gzip" ? gunzipSync(raw) : raw;
    const batch = JSON.parse(String(text));
    batches.push(batch);
    const { status, headers, body } = answer(batch);
    response.writeHead(status, /** @type {any} */ (headers)).end(body);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  open.push(
    () => server.close(),
    () => server.closeAllConnections(),
  );
  const { port } = /** @type {any} */ (server.address());
  return { url: `http://127.0.0.1:${port}/batches`, batches };
}

/** @param {string} endpoint @param {object} [transport] @param {object} [options] */
export async function startWith(endpoint, transport, options) {
  const clock = { now: 0 };
  const sampler = await Sampler.start({
    types: [],
    endpoint,
    transport,
    now: () => clock.now,
    random: () => 0.5,
    ...options,
  });
  /** @type {any[]} */
  const deliveries = [];
  sampler.on("delivery", ({ detail }) => deliveries.push(detail));
  open.push(() => sampler.dispose());
  return { sampler, clock, deliveries };
}
