// Tabs of Chromium through its DevTools protocol, without a word about requests: a driver that hears of
// each one costs more than the pages.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findChromium } from "../../tools/setup/chromium.js";

const flags = [
  "--headless",
  "--no-sandbox",
  "--no-first-run",
  "--allow-pre-commit-input",
  "--remote-debugging-pipe",
  "--disable-background-networking",
  "--disable-background-timer-throttling",
  "--disable-backgrounding-occluded-windows",
  "--disable-renderer-backgrounding",
  "--disable-back-forward-cache",
  "--disable-component-update",
  "--disable-default-apps",
  "--disable-dev-shm-usage",
  "--disable-extensions",
  "--disable-gpu",
  "--disable-sync",
];

/**
 * @typedef {object} Tab in a profile of its own
 * @property {(url: string) => Promise<unknown>} open
 * @property {(expression: string) => Promise<any>} evaluate awaits its promise; rejects when the document changes
 * @property {() => Promise<unknown>} enter presses the key
 * @property {() => Promise<unknown>} close
 */

/**
 * @typedef {object} Browser
 * @property {(cookie: { name: string, value: string, url: string }) => Promise<Tab>} tab
 * @property {() => Promise<void>} close
 */

/** @returns {Promise<Browser>} */
export async function openBrowser() {
  const profile = await mkdtemp(join(tmpdir(), "apus-deploys-"));
  const child = spawn(String(findChromium()), [...flags, `--user-data-dir=${profile}`], {
    stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
  });
  const [input, output] = /** @type {any[]} */ (child.stdio.slice(3));
  const send = channel(input, output);
  return {
    async tab(cookie) {
      const { browserContextId } = await send("Target.createBrowserContext", {});
      await send("Storage.setCookies", { browserContextId, cookies: [cookie] });
      const target = { url: "about:blank", browserContextId, width: 400, height: 300 };
      const { targetId } = await send("Target.createTarget", target);
      const { sessionId } = await send("Target.attachToTarget", { targetId, flatten: true });
      const ask = (/** @type {string} */ method, /** @type {object} */ options) =>
        send(method, options, sessionId);
      await ask("Emulation.setFocusEmulationEnabled", { enabled: true });
      return {
        open: (url) => ask("Page.navigate", { url }),
        async evaluate(expression) {
          const options = { expression, awaitPromise: true, returnByValue: true };
          const { result, exceptionDetails } = await ask("Runtime.evaluate", options);
          if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails));
          return result.value;
        },
        async enter() {
          const key = { key: "Enter", code: "Enter", windowsVirtualKeyCode: 13 };
          await ask("Input.dispatchKeyEvent", { type: "keyDown", text: "\r", ...key });
          await ask("Input.dispatchKeyEvent", { type: "keyUp", ...key });
        },
        close: () => send("Target.disposeBrowserContext", { browserContextId }),
      };
    },
    async close() {
      const ended = once(child, "exit");
      send("Browser.close", {}).catch(() => {}); // it may end before it answers
      await ended;
      await rm(profile, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

/**
 * Messages end with a zero.
 * @param {import("node:stream").Writable} input @param {import("node:stream").Readable} output
 */
function channel(input, output) {
  /** @type {Map<number, { resolve: (result: any) => void, reject: (error: Error) => void }>} */
  const waiting = new Map();
  let count = 0;
  let rest = "";
  output.setEncoding("utf8").on("data", (chunk) => {
    const parts = (rest + chunk).split("\0");
    rest = parts.pop() ?? "";
    for (const part of parts) {
      const { id, result, error } = JSON.parse(part);
      const call = waiting.get(id);
      waiting.delete(id);
      if (error) call?.reject(new Error(error.message));
      else call?.resolve(result);
    }
  });
  output.on("end", () => {
    for (const { reject } of waiting.values()) reject(new Error("the browser has ended"));
  });
  return (
    /** @type {string} */ method,
    /** @type {object} */ params,
    /** @type {string | undefined} */ sessionId = undefined,
  ) =>
    /** @type {Promise<any>} */ (
      new Promise((resolve, reject) => {
        const id = ++count;
        waiting.set(id, { resolve, reject });
        input.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
      })
    );
}
