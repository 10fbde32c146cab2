import assert from "node:assert/strict";
import { test } from "node:test";
import { matcher } from "../../js/cache/match.js";
import { random } from "./random.js";

test("a glob of many stars takes no longer than its length times the key's", () => {
  // A RegExp of these would take longer than the universe has lasted.
  for (const [glob, key] of [
    [`${"*a".repeat(40)}b`, "a".repeat(300)],
    [`${"**a".repeat(40)}b`, "/a".repeat(300)],
    [`${"{a,a*}".repeat(40)}b`, "a".repeat(300)],
    [`${"{*,**,?}".repeat(40)}b`, "x/y".repeat(100)],
  ]) {
    assert.equal(matcher(glob)(key, 0), false);
    assert.equal(matcher(glob)(`${key}b`, 0), true);
  }
  const deep = 20_000;
  assert.equal(matcher(`${"{".repeat(deep)}a${"}".repeat(deep)}`)("a", 0), true);
});

test("globs match whole characters", () => {
  for (const [glob, yes, no] of [
    ["?", ["🗝", "a"], ["ab", "", "/"]],
    ["[🗝-🗿]x", ["🗞x"], ["🗜x", "\ud83dx"]],
    ["a🗝*", ["a🗝", "a🗝b"], ["a🗞"]],
    ["{🗝,b}", ["🗝", "b"], ["🗞"]],
    ["\\🗝", ["🗝"], ["\\🗝"]],
    ["{a,b{c,d}}e", ["ae", "bce", "bde"], ["be", "ace"]],
    ["{,a}b", ["b", "ab"], ["aab"]],
    ["a,b", ["a,b"], ["a", "b"]],
    ["", [""], ["a"]],
    ["*", ["", "ab"], ["a/b"]],
    ["**", ["", "a/b"], []],
  ]) {
    const matches = matcher(glob);
    for (const key of yes) assert.ok(matches(key, 0), `${glob} should match ${key}`);
    for (const key of no) assert.ok(!matches(key, 0), `${glob} should not match ${key}`);
    for (const key of yes) assert.ok(matches(key, 0), `${glob} should match ${key} again`);
  }
});

test("globs match what the same RegExp matches", () => {
  const next = random(11);
  /** @type {[string, string][]} */
  const pieces = [
    ["a", "a"],
    ["b", "b"],
    ["/", "\\/"],
    ["*", "[^/]*"],
    ["**", ".*"],
    ["?", "[^/]"],
    ["[ab]", "[ab]"],
    ["[!a]", "[^a]"],
    ["{a,b*}", "(?:a|b[^/]*)"],
    ["{,{a,?}b}", "(?:|(?:a|[^/])b)"],
  ];
  for (let round = 0; round < 2000; round++) {
    const chosen = Array.from({ length: next(6) }, () => pieces[next(pieces.length)]);
    const between = next(2) ? "" : "a";
    const glob = chosen.map(([piece]) => piece).join(between);
    // Two stars in a row are read again: as "**", and the rest.
    if (between === "" && chosen.some(([p], i) => p[0] === "*" && chosen[i + 1]?.[0][0] === "*"))
      continue;
    const source = chosen.map(([, piece]) => piece).join(between);
    const matches = matcher(glob);
    const expected = new RegExp(`^${source}$`, "s");
    for (let i = 0; i < 20; i++) {
      const key = Array.from({ length: next(8) }, () => "ab/"[next(3)]).join("");
      assert.equal(matches(key, 0), expected.test(key), `${glob} on ${key}`);
    }
  }
});
