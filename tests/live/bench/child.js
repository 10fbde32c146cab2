// Calls between a process and its children.
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** @typedef {Awaited<ReturnType<typeof startChild>>} Child */

/** @type {Set<import("node:child_process").ChildProcess>} */
const children = new Set();
process.once("exit", () => {
  for (const child of children) child.kill("SIGKILL");
});

/**
 * Starts a module of this folder in a process of its own, which answers calls by `answer`.
 * @param {string} file @param {unknown} options for it @param {string[]} [flags] of Node
 */
export async function startChild(file, options, flags = []) {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), [JSON.stringify(options)], {
    execArgv: ["--no-warnings", ...flags],
    stdio: ["ignore", 2, 2, "ipc"],
  });
  children.add(child);
  const ended = once(child, "exit").then(() => void children.delete(child));
  /** @type {Map<number, (answer: any) => void>} */
  const waiting = new Map();
  child.on("message", (/** @type {any} */ answer) => {
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  });
  let last = 0;
  /** @param {string} call @param {unknown[]} args @returns {Promise<any>} */
  const ask = (call, ...args) => {
    last++;
    const id = last;
    return new Promise((resolve, reject) => {
      waiting.set(id, ({ error, result }) => (error ? reject(new Error(error)) : resolve(result)));
      void ended.then(() => reject(new Error(`${file} has ended`)));
      child.send({ id, call, args }, (error) => error && reject(error));
    });
  };
  const begun = await ask("begin");
  return {
    ...{ ask, begun, pid: child.pid },
    /** @param {NodeJS.Signals} [signal] */
    async end(signal = "SIGKILL") {
      child.kill(signal);
      await ended;
    },
  };
}

/** What the parent gave. */
export const optionsOfChild = () => JSON.parse(process.argv[2] ?? "{}");

/**
 * Answers the parent's calls; without a parent the process ends.
 * @param {Record<string, (...args: any[]) => unknown>} calls `begin` is called first
 */
export function answer(calls) {
  process.on("message", async (/** @type {any} */ { id, call, args }) => {
    try {
      process.send?.({ id, result: await calls[call](...args) });
    } catch (error) {
      process.send?.({ id, error: String(error) });
    }
  });
  process.once("disconnect", () => process.exit());
}

/** ms of a clock that all processes of the machine share. */
export const clock = () => Number(process.hrtime.bigint()) / 1e6;

/** Bytes, after a collection. Needs `--expose-gc`. */
export async function memory() {
  for (let i = 0; i < 3; i++) {
    /** @type {any} */ (globalThis).gc();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  return { rss, heap: heapUsed + external };
}
