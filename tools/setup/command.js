import { spawn } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";

/** A command that ended badly; the message shows it and the end of what it printed. */
export class CommandError extends Error {
  /**
   * @param {string} line the command line
   * @param {string} how how it ended
   * @param {string} output all that it printed
   */
  constructor(line, how, output) {
    const tail = output.trim().split("\n").slice(-20);
    super([`"${line}" ${how}`, ...tail.map((text) => `  | ${text}`)].join("\n"));
    this.name = "CommandError";
    this.output = output;
  }
}

/**
 * Runs a command to its end.
 *
 * @param {string} file
 * @param {string[]} args
 * @param {{ cwd?: string, env?: Record<string, string>, watch?: (text: string) => void }} [options]
 *     env adds to the environment of this process; watch sees what is printed while it comes
 * @returns {Promise<string>} what it wrote to standard output
 * @throws {CommandError}
 */
export function run(file, args, { cwd, env, watch = () => {} } = {}) {
  const line = shorten([file, ...args].join(" "));
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        if (stream === child.stdout) stdout += text;
        output += text;
        watch(text);
      });
    }
    child.on("error", (error) =>
      reject(new CommandError(line, `did not start: ${error.message}`, "")),
    );
    child.on("close", (code, signal) => {
      if (code === 0) resolve(stdout);
      else
        reject(
          new CommandError(line, signal ? `was ended by ${signal}` : `failed (${code})`, output),
        );
    });
  });
}

/**
 * @param {string} name
 * @param {string} [path] the folders to look in, as in PATH
 * @returns {string | undefined} the first executable file of that name
 */
export function which(name, path = process.env.PATH ?? "") {
  return path
    .split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

/** @param {string} file */
export function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** @param {string} line */
function shorten(line) {
  return line.length <= 300 ? line : `${line.slice(0, 297)}...`;
}
