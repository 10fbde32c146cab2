// Values of PostgreSQL as JSON, as a real server sends them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { lsnText, parseLsn } from "../../../js/gateway/postgres/lsn.node.js";
import { decode } from "../../../js/gateway/postgres/pgoutput.node.js";
import { parseArray } from "../../../js/gateway/postgres/types.node.js";
import { skip, startPostgres } from "./server.js";
import { follow } from "./world.js";

/** SQL literal with its type, and what becomes of it. @type {[string, unknown][]} */
const values = [
  ["true::bool", true],
  ["(-32768)::int2", -32768],
  ["2147483647::int4", 2147483647],
  ["9007199254740991::int8", 9007199254740991],
  ["9007199254740992::int8", "9007199254740992"],
  ["4294967295::oid", 4294967295],
  ["1.5::float4", 1.5],
  ["0.1::float8", 0.1],
  ["'NaN'::float8", "NaN"],
  ["12.30::numeric", "12.30"],
  ["'12345678901234567890.5'::numeric", "12345678901234567890.5"],
  ["'a \"q\" \\ ü'::text", 'a "q" \\ ü'],
  ["'x'::char(3)", "x  "],
  ["'{\"a\": [1, null]}'::json", { a: [1, null] }],
  ['\'{"a": "b"}\'::jsonb', { a: "b" }],
  ["'\\xdeadbeef'::bytea", "3q2+7w=="],
  ["'2024-02-29 12:34:56.123456+02'::timestamptz", "2024-02-29T10:34:56.123456Z"],
  ["'2024-02-29 12:34:56'::timestamp", "2024-02-29T12:34:56"],
  ["'infinity'::timestamptz", "infinity"],
  ["'0044-03-15 00:00:00 BC'::timestamp", "0044-03-15 00:00:00 BC"],
  ["'2024-02-29'::date", "2024-02-29"],
  ["'12:34:56.5'::time", "12:34:56.5"],
  ["'1 day 02:03:04'::interval", "P1DT2H3M4S"],
  ["'6ba7b810-9dad-11d1-80b4-00c04fd430c8'::uuid", "6ba7b810-9dad-11d1-80b4-00c04fd430c8"],
  ["'10.0.0.0/8'::inet", "10.0.0.0/8"],
  ["'{1,2,NULL}'::int4[]", [1, 2, null]],
  [
    "'{{1,2},{3,4}}'::int8[]",
    [
      [1, 2],
      [3, 4],
    ],
  ],
  ["'[0:1]={5,6}'::int4[]", [5, 6]],
  [
    "ARRAY['a,b', 'c\"d', 'e\\f', 'NULL', '', ' ', '{}']",
    ["a,b", 'c"d', "e\\f", "NULL", "", " ", "{}"],
  ],
  ["'{}'::text[]", []],
  ['ARRAY[\'{"a": "b,c"}\'::jsonb]', [{ a: "b,c" }]],
  ["ARRAY['\\x00ff'::bytea]", ["AP8="]],
  ["ARRAY['2024-01-01 00:00:00+00'::timestamptz]", ["2024-01-01T00:00:00Z"]],
  ["ARRAY[1.10::numeric]", ["1.10"]],
  ["ARRAY[true, false]", [true, false]],
  ["'happy'::mood", "happy"],
  ["'[1,5)'::int4range", "[1,5)"],
  ["NULL::int4", null],
];

test("values keep their meaning in JSON", { skip, timeout: 60_000 }, async (t) => {
  const server = await startPostgres({
    timezone: "Asia/Tokyo",
    datestyle: "German",
    bytea_output: "escape",
  });
  t.after(() => server.stop());
  await server.sql("CREATE TYPE mood AS ENUM ('sad', 'happy')");
  const columns = values.map(([sql], i) => `${sql} AS c${i}`).join(", ");
  await server.sql(`CREATE TABLE of_types AS SELECT 1 AS id, ${columns} LIMIT 0`);
  await server.sql("ALTER TABLE of_types ADD PRIMARY KEY (id)");
  const names = values.map((_, i) => `c${i}`);
  const tables = { of_types: { key: "id", columns: names, channel: "types" } };
  const { gateway, events, streaming } = await follow({ url: server.url, tables });
  t.after(() => gateway.close());
  await streaming();
  await server.sql(`INSERT INTO of_types SELECT 1, ${values.map(([sql]) => sql).join(", ")}`);
  const [{ data }] = await events("types", 1);
  for (const [i, [sql, value]] of values.entries()) assert.deepEqual(data[`c${i}`], value, sql);
});

test("arrays and messages that are cut off are refused", () => {
  for (const text of ["{1,2", '{"a', '{"a\\', "{{1}", "{"]) {
    assert.throws(() => parseArray(text), RangeError, text);
  }
  const insert = Buffer.from([73, 0, 0, 0, 1, 78, 0, 1, 116, 0, 0, 0, 3, 97, 98, 99]);
  assert.deepEqual(decode(insert), { kind: "insert", relation: 1, row: ["abc"] });
  for (let length = 0; length < insert.length; length++) {
    assert.throws(() => decode(insert.subarray(0, length)), { code: "BAD_ANSWER" }, `${length}`);
  }
  assert.throws(() => decode(Buffer.from("?")), { code: "BAD_ANSWER" });
});

test("positions are exact numbers", () => {
  for (const text of ["0/0", "0/1", "16/B374D848", "1FFFFF/FFFFFFFF"]) {
    assert.equal(lsnText(parseLsn(text)), text);
  }
  assert.throws(() => parseLsn("200000/0"), { code: "BAD_ANSWER" });
});
