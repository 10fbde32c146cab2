import assert from "node:assert/strict";
import { test } from "node:test";
import { Cache } from "../../js/cache/index.js";
import { matcher } from "../../js/cache/match.js";
import { random } from "./random.js";

test("a glob of many stars takes no longer than its length times the key's", () => {
  // An equivalent RegExp would take longer than the age of the universe.
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

test("globs match the same keys as an equivalent RegExp", () => {
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

test("globs match whole keys", () => {
  for (const [glob, yes, no] of [
    ["user:*", ["user:1", "user:"], ["user", "xuser:1", "user:1/a"]],
    ["user:**", ["user:1/a/b"], ["use"]],
    ["a/*/c", ["a/b/c"], ["a/b/b/c", "a/c"]],
    ["a?c", ["abc"], ["ac", "a/c"]],
    ["[a-c]x", ["ax", "cx"], ["dx"]],
    ["[!a-c]x", ["dx"], ["ax"]],
    ["[]]x", ["]x"], ["x"]],
    ["{one,two}.js", ["one.js", "two.js"], ["one,two.js", "onexjs"]],
    ["a\\*b", ["a*b"], ["aXb"]],
    ["a.b+(c)|d^$", ["a.b+(c)|d^$"], ["aXb+(c)|d^$"]],
    ["line*", ["line\nbreak"], []],
  ]) {
    const matches = matcher(glob);
    for (const key of yes) assert.ok(matches(key, 0), `${glob} should match ${key}`);
    for (const key of no) assert.ok(!matches(key, 0), `${glob} should not match ${key}`);
  }
});

test("a malformed glob is refused with its position, before any change", async () => {
  const cache = await Cache.open("globs");
  cache.set("a", 1);
  for (const [glob, position] of [
    ["a[bc", 1],
    ["ab{c", 2],
    ["ab}c", 2],
    ["abc\\", 3],
    ["x[z-a]", 1],
  ]) {
    assert.throws(() => cache.invalidate(glob), { code: "BAD_GLOB", position });
  }
  assert.throws(() => cache.invalidate(/** @type {any} */ (5)), TypeError);
  assert.equal(cache.size, 1);
  await cache.close();
});
