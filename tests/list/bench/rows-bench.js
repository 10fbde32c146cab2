// Rows in a document, against the peers: mounting, scrolling, flinging.
const viewport = { width: 800, height: 800 };
export const reactPeers = ["virtua", "virtuoso", "react-window"];
export const frameworkPeers = [...reactPeers, "virtua-vue"];
export const peers = ["apus", "tanstack", ...frameworkPeers, "lit"];

/** @param {any} chromium @param {string} peer @param {number} rows */
export async function open(chromium, peer, rows, extra = "") {
  const page = await chromium.newPage(
    `/tests/list/bench/rows.html?peer=${peer}&rows=${rows}${extra}`,
    viewport,
  );
  await page.waitForFunction(() => window.state?.mounted, undefined, { timeout: 60_000 });
  const cdp = await page.context().newCDPSession(page);
  return { page, cdp };
}

/** A wheel gesture, as the browser makes it. Px, px a second; positive goes down the list. */
export async function gesture(cdp, distance, speed) {
  await cdp.send("Input.synthesizeScrollGesture", {
    x: 400,
    y: 400,
    yDistance: -distance,
    speed,
    preventFling: true,
    gestureSourceType: "mouse",
  });
}

/** Ms from a cold page to a full viewport. */
export async function mount(chromium, peer, rows, extra) {
  const { page } = await open(chromium, peer, rows, extra);
  const ms = await page.evaluate(() => window.state.mounted);
  await page.context().close();
  return ms;
}

const scriptMs = async (cdp) => {
  const { metrics } = await cdp.send("Performance.getMetrics");
  return metrics.find(({ name }) => name === "ScriptDuration").value * 1000;
};

/** Script ms a frame of 1/60 s, at `speed` px a second. */
export async function script(chromium, peer, rows, speed, seconds) {
  const { page, cdp } = await open(chromium, peer, rows);
  await page.waitForTimeout(300);
  await gesture(cdp, 600, speed); // warm
  await cdp.send("Performance.enable");
  const before = await scriptMs(cdp);
  await gesture(cdp, speed * seconds, speed);
  const ms = (await scriptMs(cdp)) - before;
  await page.context().close();
  return ms / (seconds * 60);
}

/** Share of the viewport that was blank when frames began, in %, and observer errors. */
export async function fling(chromium, peer, rows, speed, seconds, slower = 1) {
  const { page, cdp } = await open(chromium, peer, rows);
  await page.waitForTimeout(300);
  if (slower > 1) await cdp.send("Emulation.setCPUThrottlingRate", { rate: slower });
  await page.evaluate(() => {
    window.state.sampling = true;
  });
  await gesture(cdp, speed * seconds, speed);
  await gesture(cdp, -speed * seconds * 0.8, speed);
  const { samples, blank, errors } = await page.evaluate(() => window.state);
  await page.context().close();
  return { blank: samples ? (100 * blank) / samples : 100, errors, samples };
}

/** Scrolls up after a cold jump: the worst step against the scroller, the worst reversal, px. */
export async function upScroll(chromium, peer, rows, disturb) {
  const { page, cdp } = await open(chromium, peer, rows);
  await page.evaluate((index) => window.state.peer.scrollToIndex(index), rows / 2);
  await page.waitForTimeout(500);
  await page.evaluate((disturb) => {
    window.result = window.track();
    if (disturb) window.disturb?.();
  }, disturb);
  await gesture(cdp, -6000, 1500);
  const steps = await page.evaluate(() => {
    window.stopTracking();
    return window.result;
  });
  await page.context().close();
  const moving = steps.filter(([moved, scrolled]) => moved || scrolled);
  return {
    drift: Math.max(...moving.map(([moved, scrolled]) => Math.abs(moved - scrolled))),
    reversal: Math.max(0, ...moving.map(([moved]) => -moved)),
    frames: moving.length,
    moved: moving.reduce((sum, [moved]) => sum + moved, 0),
  };
}

/** Jumps to random rows: how far the row is from the edge once its frame is painted, px. */
export async function jumps(chromium, peer, rows, times) {
  const { page } = await open(chromium, peer, rows);
  const errors = await page.evaluate(
    async ([rows, times]) => {
      const { scrollToIndex, index } = state.peer;
      const errors = [];
      for (let i = 0; i < times; i++) {
        const goal = Math.floor((rows - 100) * ((i * 0.618) % 1));
        scrollToIndex(goal);
        await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
        const row = [...document.querySelectorAll(".row")].find((row) => index(row) === goal);
        const box = document.getElementById("root").getBoundingClientRect();
        errors.push(row ? Math.abs(row.getBoundingClientRect().top - box.top) : 1e6);
      }
      return errors;
    },
    [rows, times],
  );
  await page.context().close();
  return Math.max(...errors);
}

/** Scrolls up while rows are added and removed, or while sizes and the width change late. */
export async function disturbed(chromium, rows, what) {
  const { page, cdp } = await open(chromium, "apus", rows);
  await page.evaluate((index) => state.peer.scrollToIndex(index), rows / 2);
  await page.waitForTimeout(300);
  await page.evaluate((what) => {
    const { list } = state.peer;
    let frames = 0;
    const splice = (turn) => {
      const { start } = list.range;
      const at = turn % 2 ? Math.floor(start * ((turn * 0.618) % 1)) : start + 200 + turn;
      list.splice(
        at,
        turn % 3 ? 0 : 40,
        Array.from({ length: turn % 5 ? 20 : 0 }, (_, i) => -i - turn * 100),
      );
    };
    /** Images above the viewport load; at times the list gets another width. */
    const late = (turn) => {
      if (turn % 10 === 5) {
        list.style.width = turn % 20 === 5 ? "600px" : "800px";
        return;
      }
      const top = list.getBoundingClientRect().top;
      for (const row of list.querySelectorAll(".row")) {
        if (row.getBoundingClientRect().bottom < top)
          row.style.height = `${120 + (turn % 7) * 20}px`;
      }
    };
    const change = what === "splice" ? splice : late;
    window.result = track(() => {
      frames++;
      if (frames % 4 === 0) change(frames / 4);
    });
  }, what);
  await gesture(cdp, -6000, 1500);
  const steps = await page.evaluate(() => {
    stopTracking();
    return result;
  });
  await page.context().close();
  return {
    drift: Math.max(...steps.map(([moved, scrolled]) => Math.abs(moved - scrolled))),
    reversal: Math.max(0, ...steps.map(([moved]) => -moved)),
    frames: steps.length,
  };
}
