// WebKitGTK by WebDriver (https://www.w3.org/TR/webdriver2/), which is JSON over HTTP.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { freePorts } from "../../tools/ports.js";
import { findWebKit } from "../../tools/setup/webkit.js";

const taskMs = 60_000;

/**
 * @returns {Promise<import("./index.js").Page>}
 */
export async function openWebKit() {
  const { driver, display } = /** @type {import("../../tools/setup/webkit.js").WebKit} */ (
    findWebKit()
  );
  // It chooses a free display and writes its number to the fourth file descriptor.
  const screen = spawn(display, ["-displayfd", "3", "-nolisten", "tcp"], {
    stdio: ["ignore", "ignore", "ignore", "pipe"],
  });
  const [number] = await once(/** @type {any} */ (screen.stdio[3]), "data");
  const [port] = await freePorts(1);
  const service = spawn(driver, [`--port=${port}`], {
    env: {
      ...process.env,
      DISPLAY: `:${String(number).trim()}`,
      LANG: "en_US.UTF-8",
      // Its sandbox needs namespaces, which containers seldom allow.
      WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1",
    },
    stdio: "ignore",
  });
  const end = () => {
    service.kill();
    screen.kill();
  };
  process.once("exit", end);

  /** @param {string} method @param {string} path @param {object} [body] */
  const call = async (method, path, body) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      body: body && JSON.stringify(body),
    });
    const { value } = await answer.json();
    if (!answer.ok) throw new Error(`${method} ${path}: ${value.error}: ${value.message}`);
    return value;
  };
  while (!(await call("GET", "/status").catch(() => undefined))) {
    if (service.exitCode !== null) throw new Error(`WebKitWebDriver ended (${service.exitCode})`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { sessionId } = await call("POST", "/session", { capabilities: {} });
  const session = `/session/${sessionId}`;
  await call("POST", `${session}/timeouts`, { script: taskMs });
  return {
    goto: (url) => call("POST", `${session}/url`, { url }),
    async evaluate(task, ...args) {
      const script = `const done = arguments[arguments.length - 1];
        const args = [...arguments].slice(0, -1);
        (async () => (${task})(...args))().then(
          (value) => done({ value }),
          (error) => done({ error: String(error), stack: error?.stack }),
        );`;
      const { value, error, stack } = await call("POST", `${session}/execute/async`, {
        script,
        args,
      });
      if (error) throw new Error(`${error}\n${stack}`);
      return value;
    },
    async close() {
      await call("DELETE", session).catch(() => {});
      process.off("exit", end);
      end();
    },
  };
}
