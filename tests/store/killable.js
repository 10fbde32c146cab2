// A separate browser with a profile of its own, which a test can kill.
import { spawn } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { chromium } from "@playwright/test";
import { findChromium } from "../../tools/setup/chromium.js";
import { expect } from "./fixture.js";

/**
 * @param {string} profile its directory
 * @param {string} url of the page to open
 * @param {string[]} [flags]
 * @returns {Promise<{ page: import("@playwright/test").Page, kill: () => Promise<void> }>}
 */
export async function startBrowser(profile, url, flags = []) {
  await rm(join(profile, "DevToolsActivePort"), { force: true });
  const browserProcess = spawn(
    findChromium(),
    [
      "--headless=new",
      "--no-sandbox",
      "--remote-debugging-port=0",
      "--no-first-run",
      "--disable-background-networking",
      `--user-data-dir=${profile}`,
      ...flags,
      "about:blank",
    ],
    { detached: true, stdio: "ignore" }, // its own process group, killed as one
  );
  const ended = new Promise((resolve) => browserProcess.once("exit", resolve));
  await expect
    .poll(() => readFile(join(profile, "DevToolsActivePort"), "utf8").catch(() => ""), {
      timeout: 60_000,
    })
    .toMatch(/^\d+\n/);
  const port = (await readFile(join(profile, "DevToolsActivePort"), "utf8")).split("\n")[0];
  const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
  const page = await browser.contexts()[0].newPage();
  await page.goto(url);
  return {
    page,
    async kill() {
      const group = -browserProcess.pid;
      process.kill(group, "SIGKILL");
      await ended;
      // Its helper processes end later; until then they would share the profile with the next browser.
      await expect.poll(() => isAlive(group), { timeout: 60_000 }).toBe(false);
      await browser.close().catch(() => {});
    },
  };
}

/** @param {number} group of processes, negative */
function isAlive(group) {
  try {
    return process.kill(group, 0);
  } catch {
    return false;
  }
}
