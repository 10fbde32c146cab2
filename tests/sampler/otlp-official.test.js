// OpenTelemetry's own generated code reads the sampler's batches and finds nothing missing, unknown
// or of another type: through protobuf and back they are the same.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import { Sampler } from "apus";
import { serve } from "../../tools/serve.js";

const official = (() => {
  try {
    return createRequire(import.meta.url)(
      "@opentelemetry/otlp-transformer/build/src/generated/root.js",
    ).opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
  } catch {
    return undefined;
  }
})();

const options = { skip: official ? false : "no @opentelemetry/otlp-transformer here" };

test("OTLP batches pass through OpenTelemetry's protobuf code unchanged", options, async () => {
  /** @type {any[]} */
  const bodies = [];
  const server = await serve({
    async handle(request, response) {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      bodies.push(JSON.parse(String(Buffer.concat(chunks))));
      response.writeHead(200).end("{}");
      return true;
    },
  });
  const sampler = await Sampler.start({
    types: [],
    endpoint: server.url,
    transport: { format: "otlp", compress: false },
  });
  for (let i = -50; i < 1000; i++)
    sampler.track("api", i / 3, { route: "/a", warm: true, shard: 3, load: 0.5 });
  sampler.track("none", 0);
  await sampler.flush();
  sampler.dispose();
  await server.close();
  const [body] = bodies;
  const bytes = official.encode(official.fromObject(body)).finish();
  const back = official.toObject(official.decode(bytes), { longs: String, enums: Number });
  assert.deepEqual(withoutEmpty(back), withoutEmpty(body));
});

/** On the wire, an empty list equals a missing one. @param {unknown} json */
function withoutEmpty(json) {
  return JSON.parse(JSON.stringify(json), (_, value) =>
    Array.isArray(value) && value.length === 0 ? undefined : value,
  );
}
