import { ApusError } from "../core/errors.js";

/**
 * A test of keys from a glob, a RegExp or a predicate.
 *
 * Globs match whole keys: `*` any run of characters but "/", `**` any run, `?`
 * one character but "/", `[a-z]` and `[!a-z]` one of (not of) these,
 * `{one,two}` either, `\` takes the next character as it is.
 * @param {string | RegExp | ((key: string, value: any) => unknown)} pattern
 * @returns {(key: string, value: any) => unknown}
 * @throws {TypeError | ApusError} `BAD_GLOB` with the `position`
 */
export function matcher(pattern) {
  if (typeof pattern === "function") return pattern;
  if (typeof pattern === "string") pattern = glob(pattern);
  else if (!(pattern instanceof RegExp)) {
    throw new TypeError("invalidate: pattern must be a glob, a RegExp or a function");
  }
  const { source, flags } = pattern;
  const stateless = new RegExp(source, flags.replace(/[gy]/g, ""));
  return (key) => stateless.test(key);
}

/** @param {string} text */
function glob(text) {
  /** @type {number[]} where the open braces stand */
  const open = [];
  let source = "";
  for (let at = 0; at < text.length; at++) {
    const c = text[at];
    if (c === "*") {
      const many = text[at + 1] === "*";
      if (many) at++;
      source += many ? ".*" : "[^/]*";
    } else if (c === "?") source += "[^/]";
    else if (c === "{") {
      open.push(at);
      source += "(?:";
    } else if (c === "}") {
      if (open.pop() === undefined) fail(text, at, '"}" without "{"');
      source += ")";
    } else if (c === "," && open.length) source += "|";
    else if (c === "[") {
      const end = text.indexOf("]", at + (text[at + 1] === "!" ? 3 : 2));
      if (end < 0) fail(text, at, '"[" is not closed');
      const set = text
        .slice(at + 1, end)
        .replace(/^!/, "^")
        .replace(/[\\[\]]|(?!^)\^/g, "\\$&");
      try {
        source += new RegExp(`[${set}]`, "su").source;
      } catch {
        fail(text, at, "not a range of characters");
      }
      at = end;
    } else {
      if (c === "\\" && ++at === text.length) fail(text, at - 1, "nothing follows the backslash");
      source += text[at].replace(/[\\^$.*+?()[\]{}|/-]/, "\\$&");
    }
  }
  if (open.length) fail(text, open[open.length - 1], '"{" is not closed');
  return new RegExp(`^(?:${source})$`, "s");
}

/** @param {string} text @param {number} position @param {string} what @returns {never} */
function fail(text, position, what) {
  const error = new ApusError("BAD_GLOB", `glob "${text}": ${what}, at ${position}`);
  throw Object.assign(error, { position });
}
