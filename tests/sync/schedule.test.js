import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { Schedule } from "../../js/sync/schedule.js";
import { until } from "../gateway/servers.js";

const page = Object.assign(new EventTarget(), { visibilityState: "visible" });
const global = /** @type {any} */ (globalThis);
/** @type {Schedule | undefined} */
let schedule;
afterEach(() => {
  schedule?.stop();
  delete global.document;
});

/** @param {string} state */
function turn(state) {
  page.visibilityState = state;
  page.dispatchEvent(new Event("visibilitychange"));
}

test("a hidden page is asked for once more, and at once when it is visible", async () => {
  global.document = page;
  let asked = 0;
  let back = 0;
  schedule = new Schedule(
    (again) => {
      asked += 1;
      back += Number(again);
      schedule?.done(false);
    },
    1,
    2,
  );
  schedule.soon();
  await until(async () => asked > 3, "questions");
  turn("hidden");
  const before = asked;
  await until(async () => asked === before + 1, "the last question");
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(asked, before + 1);
  turn("visible");
  await until(async () => back === 1 && asked > before + 3, "questions");
});

test("the interval grows while nothing happens, and failures wait at random", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  t.mock.method(Math, "random", () => 0.5);
  let asked = 0;
  const it = new Schedule(() => (asked += 1), 1000, 3000);
  schedule = it;
  /** @param {number} ms until the question */
  const due = (ms) => {
    const before = asked;
    t.mock.timers.tick(ms - 1);
    assert.equal(asked, before);
    t.mock.timers.tick(1);
    assert.equal(asked, before + 1);
  };
  it.done(true);
  due(1000);
  for (const ms of [1500, 2250, 3000, 3000]) {
    it.done(false);
    due(ms);
  }
  for (const ms of [1000, 1500, 1500]) {
    it.failed();
    due(ms);
  }
  it.failed(2000);
  due(3500);
  it.done(true);
  due(1000);
});
