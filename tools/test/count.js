// Counts passed and failed tests in the output of the runners. A runner that failed, or ran
// nothing, counts as at least one failure.

/**
 * @typedef {{ code: number, output: string }} Ended
 * @typedef {{ passed: number, failed: number, output: string, note?: string }} Result `note` is always shown
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
  // The numbers that tests of the documents, the surface and the architecture print.
  const figures = output.matchAll(/^# ((?:README|public signatures|files|layouts)\b.*: \d.*)$/gm);
  const note = [
    ...skipped.map(([, name, why]) => `skipped, ${why}: ${name}`),
    ...[...figures].map(([, figure]) => figure),
  ].join("\n");
  return atLeastOne({ passed, failed, output: failuresOf(output), note }, code);
}

/** @param {Ended} ended @param {string} report the JSON reporter's file @returns {Result} */
export function countPlaywright({ code, output }, report) {
  const { stats = {}, suites = [], errors = [] } = JSON.parse(report);
  const { expected = 0, unexpected = 0, flaky = 0 } = stats;
  const tests = suites.flatMap(testsOf);
  const slowest = tests
    .sort((a, b) => b.seconds - a.seconds)
    .slice(0, 5)
    .map(({ seconds, name }) => `${seconds.toFixed(1).padStart(6)} s  ${name}`);
  // At the end, where a log that is cut still has it.
  const note = [
    ...(slowest.length ? ["the slowest:", ...slowest] : []),
    ...tests.flatMap(({ name, error }) => (error ? [`failed: ${name}: ${error}`] : [])),
    // A process of the runner may fail between two tests, or after the last.
    ...errors.map(
      (/** @type {any} */ error) => `outside of tests: ${error.stack ?? error.message}`,
    ),
  ].join("\n");
  // Without the progress of the others, a reader of a log's end finds why a test failed.
  const told = output.replace(/^\[\d+\/\d+\].*\n/gm, "");
  const failed = unexpected + flaky + errors.length;
  return atLeastOne({ passed: expected, failed, output: told, note }, code);
}

/**
 * @param {any} suite of Playwright's JSON report
 * @returns {{ name: string, seconds: number, error?: string }[]} its tests; `error`: why one failed
 */
function testsOf({ suites = [], specs = [] }) {
  return [
    ...suites.flatMap(testsOf),
    ...specs.map((/** @type {any} */ { file, title, ok = true, tests }) => {
      const runs = tests.flatMap((/** @type {any} */ { results }) => results);
      const errors = runs.flatMap((/** @type {any} */ { errors = [] }) => errors);
      return {
        name: `${file}: ${title}`,
        seconds: runs.reduce((/** @type {number} */ sum, run) => sum + run.duration, 0) / 1000,
        ...(!ok && { error: errors[0]?.message ?? "it did not pass" }),
      };
    }),
  ];
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

/** The failing tests of a TAP stream with their output. @param {string} tap */
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
