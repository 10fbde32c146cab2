// How many tests passed and failed, read from what the runners print. A runner
// that ended badly, or ran nothing, counts at least one failure.

/**
 * @typedef {{ code: number, output: string }} Ended
 * @typedef {{ passed: number, failed: number, output: string, note?: string }} Result `note` is shown in any case
 */

/** @param {Ended} ended @returns {Result} */
export function countCtest({ code, output }) {
  const passed = sum(output, /\[ {2}PASSED {2}\] (\d+) tests?\./g);
  const failed = sum(output, /^\d+: (\d+) FAILED TESTS?$|^\d+:\s+(\d+) FAILED TESTS?$/gm);
  return atLeastOne({ passed, failed, output }, code);
}

/** @param {Ended} ended @returns {Result} */
export function countNode({ code, output }) {
  const passed = sum(output, /^# pass (\d+)$/gm);
  const failed = sum(output, /^# fail (\d+)$/gm) + sum(output, /^# cancelled (\d+)$/gm);
  const skipped = [...output.matchAll(/^ok \d+ - (.*) # SKIP (.*)$/gm)];
  // What the tests of the documents, the surface and the architecture measure.
  const figures = output.matchAll(/^# ((?:README|public signatures|files|layouts)\b.*: \d.*)$/gm);
  const note = [
    ...skipped.map(([, name, why]) => `skipped, ${why}: ${name}`),
    ...[...figures].map(([, figure]) => figure),
  ].join("\n");
  return atLeastOne({ passed, failed, output: failuresOf(output), note }, code);
}

/** @param {Ended} ended @param {string} report the JSON reporter's file @returns {Result} */
export function countPlaywright({ code, output }, report) {
  const { expected = 0, unexpected = 0, flaky = 0 } = JSON.parse(report).stats ?? {};
  const note = flaky ? `${flaky} passed only when repeated:\n${flakyOf(output)}` : "";
  const result = { passed: expected + flaky, failed: unexpected, output, note };
  return atLeastOne(result, code);
}

/** What Playwright's summary says of tests that failed first. @param {string} output */
function flakyOf(output) {
  return /^ +\d+ flaky\n((?: {4}.*\n)*)/m.exec(output)?.[1] ?? "";
}

/** @param {Result} result @param {number} code @returns {Result} */
function atLeastOne(result, code) {
  const silent = result.failed === 0 && (code !== 0 || result.passed === 0);
  return silent ? { ...result, failed: 1 } : result;
}

/** @param {string} text @param {RegExp} pattern one group that holds a number */
function sum(text, pattern) {
  let total = 0;
  for (const match of text.matchAll(pattern)) total += Number(match[1] ?? match[2]);
  return total;
}

/** The failing tests of a TAP stream with what they printed, without the passing ones. @param {string} tap */
function failuresOf(tap) {
  const lines = tap.split("\n");
  /** @type {string[]} */
  const kept = [];
  let keeping = false;
  for (const line of lines) {
    if (/^\s*not ok /.test(line)) keeping = true;
    else if (/^\s*(ok |# Subtest)/.test(line)) keeping = false;
    if (keeping) kept.push(line);
  }
  return kept.length ? kept.join("\n") : tap;
}
