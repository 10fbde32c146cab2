import { chromium } from "@playwright/test";
import { serve } from "./tools/serve.js";
const server = await serve();
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
const context = await browser.newContext();
for (const detach of [false, true]) {
  const page = await context.newPage();
  await page.goto(server.url + "/tests/pages/blank.html");
  await page.evaluate(() => { globalThis.log = []; for (const t of ["freeze", "resume"]) document.addEventListener(t, () => log.push(t)); setInterval(() => log.push(Math.round(performance.now())), 100); });
  const s = await context.newCDPSession(page);
  await s.send("Page.enable");
  console.log(detach, await s.send("Page.setWebLifecycleState", { state: "frozen" }));
  if (detach) await s.detach();
  await new Promise((r) => setTimeout(r, 1500));
  if (!detach) await s.send("Page.setWebLifecycleState", { state: "active" });
  console.log(await Promise.race([page.evaluate(() => [document.visibilityState, ...log]), new Promise((r) => setTimeout(() => r("no answer"), 3000))]));
}
await browser.close(); await server.close();
