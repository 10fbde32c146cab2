import { spawn } from "node:child_process";

/**
 * Runs a command in the repository and waits for it.
 * @param {string} command @param {string[]} args
 * @param {{ env?: Record<string, string>, cwd?: string, show?: boolean }} [options]
 *   `show` passes the output through while it comes
 * @returns {Promise<{ code: number, output: string }>} never rejects; a command that cannot start has code 127
 */
export function run(command, args, { env = {}, cwd = root, show = false } = {}) {
  return new Promise((resolve) => {
    let output = "";
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        output += text;
        if (show) process.stdout.write(text);
      });
    }
    child.on("error", (error) => resolve({ code: 127, output: `${output}${error.message}\n` }));
    child.on("close", (code) => resolve({ code: code ?? 1, output }));
  });
}

/** The repository's top folder. */
export const root = new URL("..", import.meta.url).pathname;
