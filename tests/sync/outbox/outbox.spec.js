// The outbox in real Chromium, with a server that fails in every way.
import { counted, entries, expect, left, open, test } from "./page.js";
import { numbers } from "./server.js";

test("each is applied once, in the order of its lane, whatever the server does", async ({
  page,
  mutations,
}) => {
  const fates = ["ok", "lost", 503, "answer lost", 429, [409, {}, { code: "IN_PROGRESS" }], "ok"];
  mutations.fate = (n) => fates[n % fates.length];
  await open(page);
  await page.evaluate(async () => {
    for (let n = 0; n < 10; n++) for (const lane of ["a", "b", "c"]) await globalThis.add(lane, n);
  });
  await expect.poll(() => left(page)).toBe(0);
  for (const lane of ["a", "b", "c"]) expect(numbers(mutations.applied, lane)).toEqual(counted(10));
  expect(await page.evaluate(() => globalThis.events.map(([type]) => type))).toEqual(
    Array(30).fill("sent"),
  );
});

test("lanes are sent at the same time, and each waits for its own answers", async ({
  page,
  mutations,
}) => {
  mutations.fate = (_, { lane }) => (lane === "slow" ? "late" : "ok");
  await open(page);
  await page.evaluate(async () => {
    for (const lane of ["slow", "fast"]) for (let n = 0; n < 5; n++) await globalThis.add(lane, n);
  });
  await expect.poll(() => numbers(mutations.applied, "fast")).toEqual(counted(5));
  expect(numbers(mutations.applied, "slow")).toEqual([0]);
  expect((await entries(page)).map(({ state }) => state)).toEqual([
    ...["sending", ...Array(4).fill("waiting")],
  ]);
});

test("what waits outlives its page, which is killed in the middle of sending", async ({
  page,
  context,
  mutations,
}) => {
  mutations.fate = () => "late"; // applied, but nobody hears of it
  await open(page);
  await page.evaluate(async () => {
    for (let n = 0; n < 5; n++) await globalThis.add("a", n);
  });
  await expect.poll(() => mutations.late).toBe(1);
  const cdp = await context.newCDPSession(page);
  const crashed = page.waitForEvent("crash");
  cdp.send("Page.crash").catch(() => {}); // never answered
  await crashed;
  mutations.fate = () => "ok";
  const next = await context.newPage();
  await open(next);
  await expect.poll(() => left(next)).toBe(0);
  expect(numbers(mutations.applied, "a")).toEqual(counted(5));
});

test("another tab goes on when the one that sends is closed", async ({
  page,
  context,
  mutations,
}) => {
  mutations.fate = () => "late";
  await open(page);
  await page.evaluate(async () => {
    for (let n = 0; n < 5; n++) await globalThis.add("a", n);
  });
  await expect.poll(() => mutations.late).toBe(1);
  const other = await context.newPage();
  await open(other);
  mutations.fate = () => "ok";
  await page.close();
  await expect.poll(() => left(other)).toBe(0);
  expect(numbers(mutations.applied, "a")).toEqual(counted(5));
});

test("what had no answer is sent as soon as the network is back", async ({ page, mutations }) => {
  mutations.fate = () => "lost";
  await open(page, { retry: { fastest: 1e9, slowest: 1e9 } });
  await page.evaluate(() => globalThis.add("", 0));
  await expect
    .poll(async () => (await entries(page))[0])
    .toMatchObject({
      ...{ state: "waiting", attempts: 1, url: `${mutations.url}/mutate`, method: "POST" },
      next: expect.any(Number),
    });
  mutations.fate = () => "ok";
  await page.evaluate(() => dispatchEvent(new Event("online")));
  await expect.poll(() => left(page)).toBe(0);
  expect(mutations.applied).toEqual([{ lane: "", n: 0 }]);
});

test("Retry-After is obeyed", async ({ page, mutations }) => {
  mutations.fate = (n) => (n === 1 ? [503, { "retry-after": "2" }] : "ok");
  await open(page);
  await page.evaluate(() => globalThis.add("", 0));
  await expect.poll(() => left(page)).toBe(0);
  const [first, second] = mutations.requests;
  expect(second.at - first.at).toBeGreaterThan(1900);
  expect(second.key).toBe(first.key);
});

test("a refusal is parked with its problem, and its lane goes on", async ({ page, mutations }) => {
  mutations.fate = (_, { bad }) => (bad ? [422, {}, { code: "BAD_ROW" }] : "ok");
  await open(page);
  const id = await page.evaluate(async () => {
    const { id } = await globalThis.add("a", 0, {}, { bad: true });
    await globalThis.add("a", 1);
    return id;
  });
  await expect.poll(() => numbers(mutations.applied, "a")).toEqual([1]);
  await expect
    .poll(() => entries(page))
    .toMatchObject([
      { id, state: "parked", status: 422, problem: { code: "BAD_ROW" }, attempts: 1 },
    ]);
  expect(await page.evaluate(() => globalThis.events.map(([type]) => type))).toEqual([
    ...["parked", "sent"],
  ]);
  mutations.fate = () => "ok";
  expect(await page.evaluate((id) => globalThis.outbox.retry(id), id)).toBe(true);
  await expect.poll(() => left(page)).toBe(0);
  expect(new Set(mutations.requests.map(({ key }) => key)).size).toBe(2);
});

test("a poisoned entry holds its lane no longer than its policy", async ({ page, mutations }) => {
  mutations.fate = (_, { n }) => (n === 0 ? 500 : n === 1 ? "lost" : "ok");
  await open(page, { retry: { fastest: 5, slowest: 5, attempts: 3, unanswered: 4 } });
  await page.evaluate(async () => {
    for (let n = 0; n < 3; n++) await globalThis.add("a", n);
  });
  await expect.poll(() => numbers(mutations.applied, "a")).toEqual([2]);
  expect(await entries(page)).toMatchObject([
    { state: "parked", status: 500, attempts: 3 },
    { state: "parked", attempts: 4 },
  ]);
});

test("an answer that is missing for longer than keys are kept parks a POST, not a PUT", async ({
  page,
  mutations,
}) => {
  mutations.fate = () => "answer lost";
  await open(page, { retry: { fastest: 50, slowest: 50, keyLife: 1 } });
  await page.evaluate(async () => {
    await globalThis.add("post", 0);
    const body = JSON.stringify({ lane: "put", n: 0 });
    await globalThis.outbox.add({ url: "/mutate", method: "PUT", body }, { lane: "put" });
  });
  await expect
    .poll(async () => (await entries(page))[0])
    .toMatchObject({
      ...{ state: "parked", attempts: 1, problem: { code: "KEY_EXPIRED" } },
    });
  await expect
    .poll(
      () =>
        numbers(
          mutations.requests.map(({ body }) => body),
          "put",
        ).length,
    )
    .toBeGreaterThan(2);
  mutations.fate = () => "ok";
  await expect.poll(() => left(page)).toBe(1);
});

test("what is removed is not sent", async ({ page, mutations }) => {
  mutations.fate = () => "late";
  await open(page);
  const removed = await page.evaluate(async () => {
    await globalThis.add("a", 0);
    const { id } = await globalThis.add("a", 1);
    await globalThis.add("a", 2);
    return [await globalThis.outbox.remove(id), await globalThis.outbox.remove(id)];
  });
  expect(removed).toEqual([true, false]);
  mutations.fate = () => "ok";
  await page.reload();
  await open(page);
  await expect.poll(() => left(page)).toBe(0);
  expect(numbers(mutations.applied, "a")).toEqual([0, 2]);
});

test("a closed outbox keeps what waits, and refuses more", async ({ page, mutations }) => {
  mutations.fate = () => "lost";
  await open(page);
  const code = await page.evaluate(async () => {
    await globalThis.add("a", 0);
    await globalThis.outbox.close();
    await globalThis.outbox.close();
    return globalThis.add("a", 1).catch(({ code }) => code);
  });
  expect(code).toBe("CLOSED");
  mutations.fate = () => "ok";
  await open(page);
  await expect.poll(() => numbers(mutations.applied, "a")).toEqual([0]);
});
