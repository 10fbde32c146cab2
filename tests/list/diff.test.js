// The splices between two lists of items, next to naive models.
import assert from "node:assert/strict";
import { test } from "node:test";
import { diff } from "../../js/list/diff.js";

const keyOf = (/** @type {{ key: unknown }} */ item) => item.key;
const make = (/** @type {unknown[]} */ keys) => keys.map((key) => ({ key }));

/** @param {number} seed @returns {(below: number) => number} */
function random(seed) {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** The length of a longest common subsequence, the textbook way. @param {unknown[]} a @param {unknown[]} b */
function common(a, b) {
  let row = new Array(b.length + 1).fill(0);
  for (const x of a) {
    const next = [0];
    for (let j = 0; j < b.length; j++) {
      next.push(x === b[j] ? row[j] + 1 : Math.max(row[j + 1], next[j]));
    }
    row = next;
  }
  return row[b.length];
}

/** Applies the splices to the keys. */
function apply(old, next, splices) {
  const list = old.map(keyOf);
  for (const [at, removed, inserted] of splices) {
    list.splice(at, removed, ...next.slice(at, at + inserted).map(keyOf));
  }
  return list;
}

test("the splices make the new list, and touch as few rows as any could", () => {
  for (let seed = 1; seed <= 400; seed++) {
    const below = random(seed);
    const keys = Array.from({ length: below(30) }, (_, i) => i);
    const old = make(keys);
    const changed = keys.filter(() => below(4) > 0);
    for (let n = below(4); n > 0 && changed.length; n--) {
      const [row] = changed.splice(below(changed.length), 1);
      changed.splice(below(changed.length + 1), 0, row);
    }
    for (let n = below(5); n > 0; n--) changed.splice(below(changed.length + 1), 0, 100 + n);
    const next = make(changed);
    const { splices, to, stays, twice } = diff(old, next, keyOf);
    assert.deepEqual(apply(old, next, splices), changed, `seed ${seed}`);
    const kept = keys.filter((_, row) => stays(row));
    assert.equal(kept.length, common(keys, changed), `seed ${seed}`);
    keys.forEach((key, row) => {
      assert.equal(to(row), changed.indexOf(key));
      if (stays(row)) assert.ok(to(row) >= 0);
    });
    assert.equal(twice, undefined);
  }
});

test("items that share a key make no broken list, and are named", () => {
  for (let seed = 1; seed <= 400; seed++) {
    const below = random(seed);
    const old = make(Array.from({ length: below(20) }, () => below(8)));
    const next = make(Array.from({ length: below(20) }, () => below(8)));
    const { splices, to } = diff(old, next, keyOf);
    assert.deepEqual(apply(old, next, splices), next.map(keyOf), `seed ${seed}`);
    const places = old.map((_, row) => to(row)).filter((place) => place >= 0);
    assert.equal(new Set(places).size, places.length, "no two rows at one place");
    old.forEach((item, row) => {
      if (to(row) >= 0) assert.equal(next[to(row)].key, item.key);
    });
  }
  assert.equal(diff(make([1, 2]), make(["a", "b", "a"]), keyOf).twice, "a");
});

test("changed objects far apart are no change, and equal ends cost no key", () => {
  const old = make(Array.from({ length: 1000 }, (_, i) => i));
  const next = [...old];
  next[3] = { key: 3 };
  next[900] = { key: 900 };
  let calls = 0;
  const { splices } = diff(old, next, (item) => {
    calls++;
    return item.key;
  });
  assert.deepEqual(splices, []);
  assert.equal(calls, 4);
});

test("one moved row is one row removed and one inserted", () => {
  const old = make([0, 1, 2, 3, 4, 5, 6]);
  const next = make([0, 5, 1, 2, 3, 4, 6]);
  assert.deepEqual(diff(old, next, keyOf).splices, [
    [1, 0, 1],
    [6, 1, 0],
  ]);
});
