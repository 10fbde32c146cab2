// <apus-quantum>: runs what it is given, shows it, and reports what went wrong.
import { expect, test } from "../browser.js";

/** A page with the element and its properties. @param {import("@playwright/test").Page} page */
async function open(page, setUp = () => {}) {
  await page.goto("/tests/pages/blank.html");
  await page.evaluate(() => import("/apus/define/quantum.js"));
  await page.evaluate(() => {
    const element = document.createElement("apus-quantum");
    element.seed = "7";
    element.events = [];
    for (const type of ["result", "error"]) {
      element.addEventListener(type, (event) => {
        event.preventDefault();
        element.events.push(`${type} ${event.detail.error?.message ?? ""}`.trim());
      });
    }
    window.element = element;
  });
  await page.evaluate(setUp);
  await page.evaluate(() => document.body.append(window.element));
  return page.locator("apus-quantum");
}

const status = (element) => element.locator("[part=status]");
const done = "Simulated on this device";

test("OpenQASM: the circuit, the outcomes, Bloch vectors, and who computed it", async ({
  page,
  problems,
}) => {
  const element = await open(page, () => {
    window.element.qasm =
      'OPENQASM 3.0; include "stdgates.inc"; qubit[2] q; bit[2] c; h q[0]; cx q[0], q[1]; c = measure q;';
  });
  await expect(status(element)).toHaveText(done);
  await expect(element.locator("[part=circuit] svg title")).toHaveText(
    /2 qubits, depth 3: 1 h, 1 cx/,
  );
  await expect(element.locator("[part=outcomes] tbody th")).toHaveText(
    await element.evaluate((it) => it.result.counts.map(([outcome]) => outcome)),
  );
  const all = await element.locator("[part=outcomes] tbody th").allTextContents();
  expect(all.sort()).toEqual(["00", "11"]);
  await expect(element.locator("[part=bloch] figure")).toHaveCount(2);
  await expect(element.locator("[part=bloch]")).toContainText("q0: 0.00, 0.00, 0.00");
  const tiles = element.locator("[part=tile]");
  await expect(tiles.filter({ hasText: "Depth" })).toContainText("3");
  await expect(tiles.filter({ hasText: "Fidelity" })).toContainText("1.000000");
  expect(await element.evaluate((it) => it.events)).toEqual(["result"]);
  expect(problems).toEqual([]);
});

test("its text is OpenQASM, too", async ({ page }) => {
  const element = await open(page, () => {
    window.element.textContent = "OPENQASM 2.0; qreg q[1]; U(0, 0, 0) q[0];";
  });
  await expect(status(element)).toHaveText(done);
  await expect(element.locator("[part=outcomes] tbody th")).toHaveText(["0"]);
});

test("an error in the text is shown with its place, and the next text runs", async ({ page }) => {
  const element = await open(page, () => {
    window.element.qasm = "qubit q;\nfoo q;";
  });
  await expect(status(element)).toHaveText('2:1: there is no gate "foo"');
  expect(await element.evaluate((it) => it.events)).toEqual(['error 2:1: there is no gate "foo"']);
  await element.evaluate((it) => {
    it.qasm = "qubit q; U(0, 0, 0) q;";
  });
  await expect(status(element)).toHaveText(done);
});

test("a problem is solved, and the line names its provider", async ({ page, problems }) => {
  const element = await open(page, async () => {
    const { maxCut } = await import("/apus/quantum.js");
    window.element.problem = maxCut([
      [0, 1],
      [1, 2],
      [2, 3],
      [3, 0],
    ]);
  });
  await expect(status(element)).toHaveText(`${done}, qaoa`);
  await expect(element.locator("[part=tile]").filter({ hasText: "Value" })).toContainText("4");
  await expect(element.locator("[part=energy] svg")).toBeVisible();
  await element.evaluate((it) => {
    it.providers = [
      {
        name: "the lab",
        isAvailable: () => true,
        solve: async () => ({ algorithm: "annealer", bits: [0, 1, 0, 1] }),
      },
    ];
  });
  await expect(status(element)).toHaveText("Solved by the lab, annealer");
  expect(problems).toEqual([]);
});

test("noise is simulated shot by shot; the fidelity is that of the last one", async ({ page }) => {
  const element = await open(page, async () => {
    const { Circuit } = await import("/apus/quantum.js");
    window.element.noise = { amplitudeDamping: 1 };
    window.element.circuit = new Circuit(1).x(0).measure(0);
  });
  await expect(status(element)).toHaveText(done);
  await expect(element.locator("[part=outcomes] tbody th")).toHaveText(["0"]);
  await expect(element.locator("[part=tile]").filter({ hasText: "Fidelity" })).toContainText(
    "0.000000",
  );
});

test("a long run is stopped by its button, with the keyboard", async ({ page }) => {
  const element = await open(page, async () => {
    const { Circuit } = await import("/apus/quantum.js");
    const circuit = new Circuit(20);
    for (let i = 0; i < 20_000; i++) circuit.h(i % 20).cx(i % 20, (i + 1) % 20);
    window.element.circuit = circuit;
  });
  const button = element.getByRole("button");
  await expect(button).toHaveText("Stop");
  await button.focus();
  await page.keyboard.press("Enter");
  await expect(status(element)).toHaveText("Stopped");
  await expect(button).toHaveText("Run again");
  await expect(button).toBeFocused();
});

test("a worker computes, and ends with its run; removed and put back, the element stays as it was", async ({
  page,
}) => {
  const element = await open(page, async () => {
    const { Circuit } = await import("/apus/quantum.js");
    window.element.circuit = new Circuit(3).h(0);
  });
  await expect(status(element)).toHaveText(done);
  await expect.poll(() => page.workers().length).toBe(0);
  await element.evaluate((it) => {
    it.remove();
    document.body.append(it);
  });
  await expect(status(element)).toHaveText(done);
  expect(await element.evaluate((it) => it.events)).toEqual(["result"]);
});
