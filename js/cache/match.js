import { ApusError } from "../core/errors.js";

/**
 * A test of keys from a glob, a RegExp or a predicate.
 *
 * Globs match whole keys: `*` any run of characters but "/", `**` any run, `?` one character but
 * "/", `[a-z]` and `[!a-z]` one of (not of) these, `{one,two}` either, `\` the next character
 * literally. O(glob * key) for every glob: all its states advance together (Thompson 1968), and the
 * steps are cached.
 * @param {string | RegExp | ((key: string, value: any, tags?: any) => unknown)} pattern
 * @returns {(key: string, value: any, tags?: any) => unknown}
 * @throws {TypeError | ApusError} `BAD_GLOB` with the `position`
 */
export function matcher(pattern) {
  if (typeof pattern === "function") return pattern;
  if (typeof pattern === "string") return glob(pattern);
  if (!(pattern instanceof RegExp)) {
    throw new TypeError("invalidate: pattern must be a glob, a RegExp or a function");
  }
  const { source, flags } = pattern;
  const stateless = new RegExp(source, flags.replace(/[gy]/g, ""));
  return (key) => stateless.test(key);
}

/**
 * @typedef {object} State
 * @property {number} id
 * @property {((c: string) => boolean) | undefined} takes undefined: passed without a character
 * @property {boolean} loops it takes any number of characters, zero included
 * @property {State[]} next
 *
 * The states that the same characters reach, and the steps that further characters lead to.
 * @typedef {{ states: Set<State>, leads: Map<string, Step> }} Step
 */

const any = () => true;
/** @param {string} c */
const within = (c) => c !== "/";

/** @param {string} text @returns {(key: string) => boolean} */
function glob(text) {
  const prefix = /** @type {string[]} */ (/^[^*?[{}\\]*/.exec(text))[0];
  const { start, end } = compile(text, prefix.length);
  /** @type {Map<string, Step>} */
  const steps = new Map();
  /** @param {Iterable<State>} reached @returns {Step} */
  const step = (reached) => {
    const states = new Set(reached);
    for (const { takes, loops, next } of states) {
      if (!takes || loops) for (const one of next) states.add(one); // the loop visits them too
    }
    const id = Array.from(states, (one) => one.id).join();
    const known = steps.get(id) ?? { states, leads: new Map() };
    steps.set(id, known);
    return known;
  };
  /** @type {Step | undefined} */
  let first;
  return (key) => {
    if (!key.startsWith(prefix)) return false;
    if (!first || steps.size > 1000) {
      steps.clear(); // keeps the cache small
      first = step([start]);
    }
    let now = first;
    for (const c of key.slice(prefix.length)) {
      let then = now.leads.get(c);
      if (!then) {
        const taking = [...now.states].filter((one) => one.takes?.(c));
        then = step(taking.flatMap((one) => (one.loops ? one : one.next)));
        now.leads.set(c, then);
      }
      now = then;
      if (now.states.size === 0) return false;
    }
    return now.states.has(end);
  };
}

/** @param {string} text @param {number} at where to begin */
function compile(text, at) {
  let count = 0;
  /** @param {State["takes"]} [takes] @param {boolean} [loops] @returns {State} */
  const state = (takes, loops = false) => ({ id: count++, takes, loops, next: [] });
  const start = state();
  let last = start;
  /** @param {State} next */
  const then = (next) => {
    last.next.push(next);
    last = next;
  };
  /** @type {{ at: number, fork: State, join: State }[]} the open braces */
  const open = [];
  for (; at < text.length; at++) {
    const c = text[at];
    if (c === "*") {
      const many = text[at + 1] === "*";
      if (many) at++;
      then(state(many ? any : within, true));
    } else if (c === "?") then(state(within));
    else if (c === "{") {
      then(state());
      open.push({ at, fork: last, join: state() });
    } else if (c === "}") then((open.pop() ?? fail(text, at, '"}" without "{"')).join);
    else if (c === "," && open.length) {
      const { fork, join } = open[open.length - 1];
      then(join);
      last = fork;
    } else if (c === "[") {
      const close = text.indexOf("]", at + (text[at + 1] === "!" ? 3 : 2));
      if (close < 0) fail(text, at, '"[" is not closed');
      then(state(oneOf(text, at, close)));
      at = close;
    } else {
      if (c === "\\" && ++at === text.length) fail(text, at - 1, "nothing follows the backslash");
      const literal = String.fromCodePoint(/** @type {number} */ (text.codePointAt(at)));
      at += literal.length - 1;
      then(state((other) => other === literal));
    }
  }
  if (open.length) fail(text, open[open.length - 1].at, '"{" is not closed');
  then(state());
  return { start, end: last };
}

/** @param {string} text @param {number} from of its "[" @param {number} to of its "]" */
function oneOf(text, from, to) {
  const set = text
    .slice(from + 1, to)
    .replace(/^!/, "^")
    .replace(/[\\[\]]|(?!^)\^/g, "\\$&");
  try {
    const chars = new RegExp(`^[${set}]$`, "su");
    return (/** @type {string} */ c) => chars.test(c);
  } catch {
    return fail(text, from, "not a range of characters");
  }
}

/** @param {string} text @param {number} position @param {string} what @returns {never} */
function fail(text, position, what) {
  const error = new ApusError("BAD_GLOB", `glob "${text}": ${what}, at ${position}`);
  throw Object.assign(error, { position });
}
