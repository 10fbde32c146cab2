import { spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's top folder. */
export const root = fileURLToPath(new URL("..", import.meta.url));

/** @param {string} name @returns {string} the program of an npm package, such as "tsc" */
export function bin(name) {
  return join(root, "node_modules/.bin", name);
}

/**
 * @typedef {object} Options
 * @property {string} [cwd] the repository when left out
 * @property {Record<string, string>} [env] added to the environment of this process
 * @property {(text: string) => void} [watch] receives the output as it is printed
 *
 * @typedef {object} Ended
 * @property {number} code 127 for a command that could not start, 1 for one ended by a signal
 * @property {string} stdout
 * @property {string} output stdout and stderr together, in the order of their arrival
 * @property {string} how it ended, for people
 */

/**
 * Runs a command to its end.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {Options} [options]
 * @returns {Promise<Ended>} never rejects
 */
export function run(command, args, { cwd = root, env, watch = () => {} } = {}) {
  return new Promise((resolve) => {
    let stdout = "";
    let output = "";
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        if (stream === child.stdout) stdout += text;
        output += text;
        watch(text);
      });
    }
    child.on("error", ({ message }) => {
      const how = `did not start: ${message}`;
      resolve({ code: 127, stdout, output: `${output}${how}\n`, how });
    });
    child.on("exit", () => {
      // A process that the command left behind may hold its pipes for ever.
      setTimeout(
        () => [child.stdout, child.stderr].map((stream) => stream.destroy()),
        5000,
      ).unref();
    });
    child.on("close", (code, signal) => {
      const how = signal ? `was ended by ${signal}` : `failed (${code})`;
      resolve({ code: code ?? 1, stdout, output, how });
    });
  });
}

/**
 * Runs a command that has to succeed.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {Options} [options]
 * @returns {Promise<string>} its standard output
 * @throws {CommandError}
 */
export async function must(command, args, options) {
  const ended = await run(command, args, options);
  if (ended.code === 0) return ended.stdout;
  throw new CommandError([command, ...args].join(" "), ended);
}

/** A command failed. The message names it and ends with the last lines that it printed. */
export class CommandError extends Error {
  /** @param {string} line the command line @param {Ended} ended */
  constructor(line, { how, output }) {
    const short = line.length <= 300 ? line : `${line.slice(0, 297)}...`;
    const tail = output.trim().split("\n").slice(-50);
    super([`"${short}" ${how}`, ...tail.map((text) => `  | ${text}`)].join("\n"));
    this.name = "CommandError";
    this.output = output;
  }
}
