// The sampler's batches of any names, tags and errors: the collector accepts them in both formats,
// nothing is counted twice or lost, and no string is long.
import { loadWasm } from "../../js/core/wasm.js";
import { Histograms } from "../../js/sampler/histograms.js";
import { Batches } from "../../js/sampler/transport/batch.js";
import { parseTransport } from "../../js/sampler/transport/options.js";
import { toOtlp } from "../../js/sampler/transport/otlp.js";
import { Collection } from "../../tools/collector/database.js";
import { take } from "../../tools/collector.js";
import { problemsOf } from "./otlp-shape.js";

const longest = 300;
const collection = new Collection(":memory:", { maxVisits: 3 });
const transport = parseTransport("https://x.org/", { service: "s", errorMessages: true });
let runs = 0;

/** Lines of a name, a tag and its value. */
export function seeds() {
  return [
    "api\troute\t/a\napi\troute\t/b\nload",
    "fetch https://u:p@x.org/a?token=1#b\nfetch https://x.org/a?token=2\ndata:text/plain,x",
    "html>body>div#buy.primary\t#a=b\t?\n%3fa=b\teyJhbGciOiJIUzI1NiJ9.e30.x\tBearer x",
    "toString\t__proto__\tconstructor\n__proto__\n\0\t\ud800\t\u2028",
  ].map((text) => new TextEncoder().encode(text));
}

/** @param {Uint8Array} input */
export async function run(input) {
  const histograms = new Histograms(await loadWasm("sampler"), {
    maxSeries: 64,
    maxPerName: 8,
    now: () => 0,
  });
  const lines = new TextDecoder().decode(input).split("\n");
  for (const [at, line] of lines.entries()) {
    const [name, tag, value = ""] = line.split("\t");
    const tags = tag === undefined ? undefined : { [tag]: value };
    histograms.record(histograms.series(name, tags).id, at % 3 ? line.length * 1.7 : -at);
  }
  const errors = lines.slice(0, 50).map((line) => {
    const times = { count: 1, first: 0, last: 0 };
    return {
      kind: /** @type {const} */ ("error"),
      name: line,
      message: line,
      source: line,
      ...times,
    };
  });
  const report = /** @type {any} */ ({ vitals: [], series: [], errors, losses: {} });
  const visit = `v${++runs}`;
  const next = new Batches(histograms, () => report, transport, { visit, start: 1 }).next(0);
  histograms.dispose();
  const batch = next?.batch;
  if (!batch) throw new Error("nothing is sent");
  const count = batch.series.reduce((sum, { histogram }) => sum + histogram.count, 0);
  if (count !== lines.length) throw new Error(`${count} of ${lines.length} values are sent`);
  const labels = new Set(batch.series.map(({ name, tags }) => JSON.stringify([name, tags])));
  if (labels.size !== batch.series.length) throw new Error("two series are sent under one name");
  const json = JSON.stringify(batch, (_, value) => {
    if (typeof value === "string" && value.length > longest + 40) throw new Error("a long string");
    return value;
  });
  const native = take(json, collection);
  if (native.status !== 204) throw new Error(`the collector says ${native.status}: ${native.text}`);
  const otlp = JSON.parse(JSON.stringify(toOtlp({ ...batch, id: `${visit}.2` })));
  const problems = problemsOf(otlp);
  if (problems.length) throw new Error(problems.join("; "));
  const answer = take(JSON.stringify(otlp), collection);
  if (answer.text !== "{}") throw new Error(`the collector says ${answer.status}: ${answer.text}`);
}
