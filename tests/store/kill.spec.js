// The whole browser is killed in the middle of writing: acknowledged writes are
// there after the next start, and all records are intact.
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "@playwright/test";
import { findChromium } from "../../tools/setup/chromium.js";
import { expect, rounds, test } from "./fixture.js";

/** A separate browser with a profile, whose process the test can kill. */
async function start(profile) {
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
  return {
    context: browser.contexts()[0],
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

test("a killed browser loses nothing that was acknowledged", async ({ server }) => {
  const kills = rounds(3, 50);
  test.setTimeout(60_000 + kills * 30_000);
  const profile = await mkdtemp(join(tmpdir(), "apus-kill-"));
  /** Round -> its number of acknowledged batches. */
  const acknowledged = [];
  const open = async (context) => {
    const page = await context.newPage();
    await page.goto(`${server.url}/tests/pages/blank.html`);
    return page;
  };
  try {
    for (let round = 0; round < kills; round++) {
      const browser = await start(profile);
      const page = await open(browser.context);
      acknowledged[round] = 0;
      let heard = () => {};
      page.on("console", (message) => {
        acknowledged[round] = Number(message.text()) + 1;
        heard();
      });
      void page
        .evaluate(async (round) => {
          const { SegmentStore } = await import("/store/segment-store.js");
          const store = await SegmentStore.open("kill");
          for (let batch = 0; ; batch++) {
            for (let i = 0; i < 40; i++) {
              store.put(`${round} ${batch} ${i}`, {
                round,
                batch,
                i,
                text: "some text ".repeat(i),
              });
              store.put(`shared ${i}`, { round, batch });
            }
            if (await store.flush()) console.log(batch);
          }
        }, round)
        .catch(() => {});
      const enough = 2 + Math.floor(Math.random() * 20);
      await new Promise((resolve) => {
        heard = () => acknowledged[round] >= enough && resolve(undefined);
      });
      await browser.kill();
    }
    const browser = await start(profile);
    const page = await open(browser.context);
    const result = await page.evaluate(async (acknowledged) => {
      const { SegmentStore } = await import("/store/segment-store.js");
      const store = await SegmentStore.open("kill");
      const missing = [];
      const wrong = [];
      for (const [round, batches] of acknowledged.entries()) {
        const keys = [];
        for (let b = 0; b < batches; b++)
          for (let i = 0; i < 40; i++) keys.push(`${round} ${b} ${i}`);
        const read = await store.read(keys);
        for (const key of keys) {
          const value = read.get(key)?.value;
          if (!value) missing.push(key);
          else if (
            `${value.round} ${value.batch} ${value.i}` !== key ||
            value.text.length !== value.i * 10
          ) {
            wrong.push(key);
          }
        }
      }
      const last = acknowledged.length - 1;
      const shared = (await store.read(["shared 7"])).get("shared 7")?.value;
      if (!shared) missing.push("shared 7");
      else if (shared.round !== last || shared.batch < acknowledged[last] - 1) {
        wrong.push("shared 7");
      }
      const { droppedBlocks: dropped, degraded } = store.stats;
      return { missing, wrong, dropped, degraded };
    }, acknowledged);
    await browser.kill();
    expect(result).toEqual({ missing: [], wrong: [], dropped: 0, degraded: undefined });
  } finally {
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
});
