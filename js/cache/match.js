import { ApusError } from "../core/errors.js";

/**
 * A test of keys from a glob, a RegExp or a predicate.
 *
 * Globs match whole keys: `*` any run of characters but "/", `**` any run, `?`
 * one character but "/", `[a-z]` and `[!a-z]` one of (not of) these,
 * `{one,two}` either, `\` takes the next character as it is. O(glob * key), whatever
 * the glob: its states are walked side by side (Thompson 1968), never one after another.
 * @param {string | RegExp | ((key: string, value: any) => unknown)} pattern
 * @returns {(key: string, value: any) => unknown}
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
 * @property {((c: string) => boolean) | undefined} takes undefined: it is passed without a character
 * @property {boolean} loops it takes any number of characters, none too
 * @property {State[]} next
 * @property {number} round when it was last entered
 */

/** @param {((c: string) => boolean)} [takes] @param {boolean} [loops] @returns {State} */
const state = (takes, loops = false) => ({ takes, loops, next: [], round: 0 });
const any = () => true;
/** @param {string} c */
const within = (c) => c !== "/";

/** @param {string} text @returns {(key: string) => boolean} */
function glob(text) {
  const prefix = /** @type {string[]} */ (/^[^*?[{}\\]*/.exec(text))[0];
  const { start, end } = compile(text, prefix.length);
  let round = 0;
  /** @param {State} from @param {State[]} into all that take a character next */
  const enter = (from, into) => {
    for (const open = [from]; open.length > 0; ) {
      const one = /** @type {State} */ (open.pop());
      if (one.round === round) continue;
      one.round = round;
      if (one.takes) into.push(one);
      if (!one.takes || one.loops) open.push(...one.next);
    }
  };
  return (key) => {
    if (!key.startsWith(prefix)) return false;
    /** @type {State[]} */
    let now = [];
    round++;
    enter(start, now);
    for (const c of key.slice(prefix.length)) {
      if (now.length === 0) return false;
      /** @type {State[]} */
      const then = [];
      round++;
      for (const one of now) {
        if (!one.takes?.(c)) continue;
        if (one.loops) enter(one, then);
        else for (const next of one.next) enter(next, then);
      }
      now = then;
    }
    return end.round === round;
  };
}

/** @param {string} text @param {number} at where to begin */
function compile(text, at) {
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
    } else if (c === "}") {
      const brace = open.pop() ?? fail(text, at, '"}" without "{"');
      then(brace.join);
    } else if (c === "," && open.length) {
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
