import assert from "node:assert/strict";
import { test } from "node:test";
import { countCtest, countNode, countPlaywright } from "../../tools/test/count.js";

const counts = ({ passed, failed }) => ({ passed, failed });

test("GoogleTest's totals are added up over all executables", () => {
  const output = "1: [  PASSED  ] 12 tests.\n2: [  PASSED  ] 1 test.\n";
  assert.deepEqual(counts(countCtest({ code: 0, output })), { passed: 13, failed: 0 });
  const bad =
    "1: [  PASSED  ] 3 tests.\n1: [  FAILED  ] 2 tests, listed below:\n1:  2 FAILED TESTS\n";
  assert.deepEqual(counts(countCtest({ code: 8, output: bad })), { passed: 3, failed: 2 });
});

test("a run that crashed or ran nothing is a failure", () => {
  assert.equal(countCtest({ code: 8, output: "1: Segmentation fault" }).failed, 1);
  assert.equal(countNode({ code: 0, output: "" }).failed, 1);
  assert.equal(countPlaywright({ code: 1, output: "no browser" }, "{}").failed, 1);
});

test("cancelled tests of node --test are failures", () => {
  const output = "# pass 4\n# fail 1\n# cancelled 2\n";
  assert.deepEqual(counts(countNode({ code: 1, output })), { passed: 4, failed: 3 });
});

test("tests of a missing engine are reported as skipped", () => {
  const output = "ok 1 - it loads # SKIP no Firefox here\nok 2 - it works\n# pass 1\n# skipped 1\n";
  const result = countNode({ code: 0, output });
  assert.deepEqual(counts(result), { passed: 1, failed: 0 });
  assert.equal(result.note, "skipped, no Firefox here: it loads");
});

test("a browser test that passes only when repeated is a failure", () => {
  const report = JSON.stringify({ stats: { expected: 9, unexpected: 0, flaky: 1 } });
  const result = countPlaywright({ code: 0, output: "" }, report);
  assert.deepEqual(counts(result), { passed: 9, failed: 1 });
});

test("browser tests that failed are named with their errors at the end", () => {
  const spec = (/** @type {string} */ title, /** @type {object[]} */ errors) => {
    const results = [{ duration: 1000, errors }];
    return { file: "a.spec.js", title, ok: errors.length === 0, tests: [{ results }] };
  };
  const specs = [spec("fine", []), spec("bad", [{ message: "Error: 1 is not 2" }])];
  const report = JSON.stringify({ stats: { expected: 1, unexpected: 1 }, suites: [{ specs }] });
  const { note } = countPlaywright({ code: 1, output: "" }, report);
  assert.equal(note?.split("\n").at(-1), "failed: a.spec.js: bad: Error: 1 is not 2");
});

test("an error outside of the browser tests is a failure, and is shown", () => {
  const errors = [{ message: "no", stack: "Error: no\n    at a.spec.js:1" }];
  const report = JSON.stringify({ stats: { expected: 9 }, errors });
  const result = countPlaywright({ code: 1, output: "" }, report);
  assert.deepEqual(counts(result), { passed: 9, failed: 1 });
  assert.equal(result.note, "outside of tests: Error: no\n    at a.spec.js:1");
});

test("the five slowest browser tests are named, the slowest first", () => {
  const spec = (/** @type {number} */ n) => ({
    file: "a.spec.js",
    title: `test ${n}`,
    tests: [{ results: [{ duration: n * 1000 }] }],
  });
  const suites = [{ specs: [1, 2, 3].map(spec), suites: [{ specs: [4, 5, 6].map(spec) }] }];
  const report = JSON.stringify({ stats: { expected: 6 }, suites });
  const { note } = countPlaywright({ code: 0, output: "" }, report);
  const lines = note?.split("\n") ?? [];
  assert.equal(lines.length, 6);
  assert.match(lines[1], /6\.0 s {2}a\.spec\.js: test 6/);
  assert.match(lines[5], /test 2/);
});
