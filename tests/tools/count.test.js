import assert from "node:assert/strict";
import { test } from "node:test";
import { countCtest, countNode, countPlaywright } from "../../tools/test/count.js";

const counts = ({ passed, failed }) => ({ passed, failed });

test("GoogleTest's totals are added up over executables", () => {
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

test("tests of an engine that is not there are told", () => {
  const output = "ok 1 - it loads # SKIP no Firefox here\nok 2 - it works\n# pass 1\n# skipped 1\n";
  const result = countNode({ code: 0, output });
  assert.deepEqual(counts(result), { passed: 1, failed: 0 });
  assert.equal(result.note, "skipped, no Firefox here: it loads");
});

test("a browser test that passed only when repeated is told", () => {
  const report = JSON.stringify({ stats: { expected: 9, unexpected: 0, flaky: 1 } });
  const output = "  1 flaky\n    a.spec.js:1:1 › name\n  9 passed\n";
  const result = countPlaywright({ code: 0, output }, report);
  assert.deepEqual(counts(result), { passed: 10, failed: 0 });
  assert.match(result.note, /1 passed only when repeated:\n.*a\.spec\.js/);
});
