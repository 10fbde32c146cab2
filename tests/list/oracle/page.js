// The page of the oracle. Node asks it for steps, and for real input in between.
import { frame, Oracle } from "./oracle.js";
import { randomOf } from "./random.js";
import { makeItems } from "./rows.js";
import { planOf } from "./steps.js";
import { surroundings } from "./surroundings.js";

/** @type {Oracle} */
let oracle;
/** @type {number} */
let seed;
let plan;
let scrolled = 0;
/** @type {string[]} */
const errors = [];

const tell = (/** @type {any} */ { message, reason }) => errors.push(`error: ${message ?? reason}`);

/** @param {string} name @param {number} from @param {number} rows */
async function open(name, from, rows) {
  // Each surrounding has steps of its own.
  seed = [...name].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), from) % 2 ** 31;
  const surrounding = surroundings.find((one) => one.name === name);
  if (!surrounding) throw new RangeError(`no surrounding "${name}"`);
  oracle = new Oracle(surrounding);
  globalThis.oracle = oracle;
  const problems = await oracle.open(makeItems(rows, randomOf(seed, -1)));
  oracle.list.window.addEventListener("error", tell);
  oracle.list.window.addEventListener("unhandledrejection", tell);
  return problems;
}

/** @param {number} step @returns {Promise<{ what: string, input?: object, places?: object[] }>} */
async function begin(step) {
  // The scroller of all rows was put where the list stands: its events come first.
  await frame();
  await frame();
  await oracle.until(() => !oracle.all.moving && !oracle.list.moving, 60);
  plan = planOf(oracle, randomOf(seed, step));
  oracle.holds = undefined;
  oracle.heirs.clear();
  scrolled = oracle.all.scroll;
  oracle.all.mark();
  oracle.list.mark();
  await plan.run?.();
  const { what, input } = plan;
  return { what, input, places: input && [oracle.all.middle, oracle.list.middle] };
}

/** @param {number} side */
function focus(side) {
  oracle.focused = undefined;
  [oracle.all, oracle.list][side].focus();
}

/** The side that has not moved although the other has, or -1. @returns {Promise<number>} */
async function still() {
  await oracle.begun();
  const moved = [oracle.all.moved, oracle.list.moved];
  return moved[0] === moved[1] ? -1 : moved.indexOf(false);
}

/** Waits until all has settled. @returns {Promise<string[]>} what is wrong */
async function end() {
  const moves = plan.claim === "moves";
  if (moves) await oracle.begun();
  const settled = await oracle.settle(moves ? 8 : 4);
  const problems = oracle.check(plan.claim, oracle.all.scroll - scrolled);
  if (oracle.holds) oracle.held = oracle.holds;
  if (!settled) problems.push("never settles");
  return [...problems, ...errors.splice(0)];
}

Object.assign(globalThis, { open, begin, focus, still, end, ready: true });
