// Runs the examples of tables.md against a real PostgreSQL.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import { skip, startPostgres } from "../gateway/postgres/server.js";
import { blocks, documents, root } from "./documents.js";

test("demo/docs/tables.md: the PostgreSQL examples run", { skip, timeout: 120_000 }, async () => {
  const document = documents.find(({ path }) => path === "demo/docs/tables.md");
  assert.ok(document);
  const examples = blocks(document, "js postgres");
  assert.equal(examples.length, 4);
  const code = examples.join("\n");
  const server = await startPostgres();
  try {
    await server.sql(`CREATE TABLE cities
      (id serial PRIMARY KEY, name text NOT NULL, country text, population int)`);
    await server.sql("CREATE TABLE orders (id serial PRIMARY KEY, customer int, total numeric)");
    await server.sql("CREATE INDEX ON cities (population DESC NULLS LAST, id)");
    // The reader's own function, and an end to what would serve for ever.
    const whole = `const session = () => ({ id: 1, canOrder: true });\n${code}\nprocess.exit(0);`;
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      ["--input-type=module", "-e", whole],
      {
        cwd: root,
        env: { ...process.env, DATABASE_URL: server.url, APUS_SECRET: "x".repeat(32) },
        timeout: 60_000,
      },
    );
    assert.equal(stderr, "");
    const [, promised] = /^console\.log\(.*\); \/\/ (.*)$/m.exec(code) ?? [];
    const [printed, ...indexes] = stdout.trimEnd().split("\n");
    assert.equal(printed, promised);
    assert.deepEqual(indexes.toSorted(), [
      "filter country missing",
      "order population, filter population cities_population_id_idx",
      "rows by id, order id cities_pkey",
      "search missing",
    ]);
    const rows = await server.sql("SELECT name FROM cities ORDER BY id");
    assert.deepEqual(rows, [{ name: "Porto" }, { name: "Braga" }]);
  } finally {
    await server.stop();
  }
});
