// Visible rows stay put when others are added, removed or changed.
import { expect, test } from "../browser.js";
import { expectCovered, openList, rested, settled, visible } from "./pages.js";

test.beforeEach(({ problems }) => expect(problems).toEqual([]));

/** The visible rows, by name, with their places. */
const places = async (page) =>
  Object.fromEntries(
    (await visible(page)).map(({ text, top }) => [text, Math.round(top * 64) / 64]),
  );

test("splices anywhere leave the visible rows in place", async ({ page }) => {
  await openList(page, 100_000);
  await page.evaluate(() => list.scrollToIndex(50_000));
  await settled(page);
  const before = await places(page);
  for (const [at, removed, inserted] of [
    [0, 0, 100],
    [10, 50, 0],
    [99_000, 500, 3],
    [40_000, 1000, 2000],
    [0, 300, 0],
  ]) {
    await page.evaluate(
      ([at, removed, inserted]) =>
        list.splice(
          at,
          removed,
          makeItems(inserted).map((item) => ({ ...item, name: "new" })),
        ),
      [at, removed, inserted],
    );
    await settled(page);
    expect(await places(page)).toEqual(before);
  }
  await expectCovered(page);
});

test("rows keep their elements through splices", async ({ page }) => {
  await openList(page, 1000);
  await page.evaluate(() => {
    list.scrollToIndex(500);
    window.kept = [...list.querySelectorAll(".row")].find((row) => row.textContent === "Row 502");
    list.splice(10, 5, makeItems(50));
  });
  await settled(page);
  expect(
    await page.evaluate(() => [
      kept.isConnected,
      kept.textContent,
      kept.getAttribute("aria-posinset"),
    ]),
  ).toEqual([true, "Row 502", "548"]);
});

test("prepending to a chat moves nothing, by splice and by items", async ({ page }) => {
  await openList(page, 200);
  await page.evaluate(() => {
    list.scrollTop = 3;
  });
  await settled(page);
  const before = await places(page);
  await page.evaluate(() =>
    list.splice(
      0,
      0,
      makeItems(30).map((item) => ({ ...item, name: "old" })),
    ),
  );
  await settled(page);
  expect(await places(page)).toEqual(before);
  await page.evaluate(() => {
    list.items = [...makeItems(20).map((item) => ({ ...item, name: "older" })), ...list.items];
  });
  await settled(page);
  expect(await places(page)).toEqual(before);
});

test("a log sticks to its end, releases it on scrolling up, and sticks again", async ({ page }) => {
  await openList(page, 100, { "stick-to-end": "" });
  const last = async () => (await visible(page)).at(-1);
  expect(await last()).toMatchObject({ index: 99, bottom: 600 });
  await page.evaluate(() => list.splice(100, 0, makeItems(7)));
  await settled(page);
  expect(await last()).toMatchObject({ index: 106, bottom: 600 });
  await page.mouse.move(200, 300);
  await page.mouse.wheel(0, -250);
  await expect.poll(async () => (await last()).index).toBeLessThan(106);
  await rested(page);
  const before = await places(page);
  await page.evaluate(() => list.splice(107, 0, makeItems(5)));
  await settled(page);
  expect(await places(page)).toEqual(before);
  await page.mouse.wheel(0, 5000);
  await expect.poll(last).toMatchObject({ index: 111, bottom: 600 });
  await page.evaluate(() => list.splice(112, 0, makeItems(5)));
  await settled(page);
  expect(await last()).toMatchObject({ index: 116, bottom: 600 });
});

test("images that load late and a width change leave the first visible row in place", async ({
  page,
}) => {
  await openList(page, 10_000);
  await page.evaluate(() => list.scrollToIndex(5000));
  await settled(page);
  const [first] = await visible(page);
  await page.evaluate(() => {
    for (const row of list.querySelectorAll(".row")) {
      if (row.getBoundingClientRect().top < 0) row.style.height = "400px";
    }
  });
  await settled(page);
  expect((await places(page))[first.text]).toBeCloseTo(first.top, 1);
  await page.evaluate(() => {
    list.style.width = "300px";
    for (const row of list.querySelectorAll(".row"))
      row.style.height = `${row.offsetHeight + 31}px`;
  });
  await settled(page);
  expect((await places(page))[first.text]).toBeCloseTo(first.top, 1);
});

test("hidden, then shown: no size is lost, nothing shifts", async ({ page }) => {
  await openList(page, 10_000);
  await page.evaluate(() => list.scrollToIndex(7000));
  await settled(page);
  const before = await places(page);
  await page.evaluate(() => {
    list.style.display = "none";
  });
  await settled(page);
  await page.evaluate(() => {
    list.style.display = "";
  });
  await settled(page);
  expect(await places(page)).toEqual(before);
});

test("another viewport, as for a full-page screenshot, leaves the list in place", async ({
  page,
}) => {
  await openList(page, 10_000);
  await page.evaluate(() => {
    document.body.style.height = "3000px";
    list.scrollToIndex(7000);
    list.scrollTop += 11;
  });
  await settled(page);
  const before = await places(page);
  await page.screenshot({ fullPage: true });
  await settled(page);
  expect(await places(page)).toEqual(before);
  await page.evaluate(() => {
    list.style.height = "70vh";
  });
  await page.setViewportSize({ width: 500, height: 900 });
  await settled(page);
  const [first] = await visible(page);
  await page.setViewportSize({ width: 900, height: 300 });
  await settled(page);
  await page.setViewportSize({ width: 500, height: 900 });
  await expect.poll(async () => (await visible(page))[0]).toEqual(first);
});

test("a list that is moved in the document keeps its place", async ({ page }) => {
  await openList(page, 10_000);
  await page.evaluate(() => list.scrollToIndex(7000));
  await settled(page);
  const before = await places(page);
  await page.evaluate(() => {
    const section = document.createElement("section");
    document.body.append(section);
    section.append(list);
  });
  await settled(page);
  expect(await places(page)).toEqual(before);
});

test("a saved state is restored, also after a reload", async ({ page }) => {
  await openList(page, 10_000);
  await page.evaluate(() => {
    list.scrollToIndex(4321);
    list.scrollTop += 7;
  });
  await settled(page);
  const before = await places(page);
  const state = await page.evaluate(() => JSON.stringify(list.saveState()));
  await openList(page, 10_000);
  await page.evaluate((state) => list.restoreState(JSON.parse(state)), state);
  await settled(page);
  expect(await places(page)).toEqual(before);
});

test("refresh() renders items that changed in place", async ({ page }) => {
  await openList(page, 100);
  await page.evaluate(() => {
    list.items[1].name = "Changed";
    list.items.push({ id: 100, name: "Pushed", height: 30 });
    list.refresh();
    list.scrollToIndex(100);
  });
  await settled(page);
  expect((await visible(page)).at(-1)).toMatchObject({ text: "Pushed", index: 100 });
  await page.evaluate(() => list.scrollToIndex(0));
  expect((await visible(page))[1].text).toBe("Changed");
});

test("a splice beyond the end is a RangeError and changes nothing", async ({ page }) => {
  await openList(page, 10);
  for (const [at, removed] of [
    [11, 0],
    [-1, 0],
    [5, 6],
    [Number.NaN, 0],
  ]) {
    const name = await page.evaluate(
      ([at, removed]) => {
        try {
          list.splice(at, removed);
        } catch (error) {
          return error.name;
        }
      },
      [at, removed],
    );
    expect(name).toBe("RangeError");
  }
  expect(await page.evaluate(() => list.items.length)).toBe(10);
});

test("reachstart and reachend report where to fetch more", async ({ page }) => {
  await openList(page, 1000);
  const told = await page.evaluate(async () => {
    const told = [];
    const next = (type) =>
      new Promise((resolve) => {
        list.addEventListener(type, () => resolve(told.push(type)), { once: true });
      });
    let wait = next("reachend");
    list.scrollToIndex(999);
    await wait;
    wait = next("reachend");
    list.splice(1000, 0, makeItems(500));
    list.scrollToIndex(1499);
    await wait;
    wait = next("reachstart");
    list.scrollToIndex(0);
    await wait;
    return told;
  });
  expect(told).toEqual(["reachend", "reachend", "reachstart"]);
});
