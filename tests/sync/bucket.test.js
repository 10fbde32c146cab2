import assert from "node:assert/strict";
import { test } from "node:test";
import { BUCKETS, bucketOf, SLOTS, slotOf, TAG_SLOTS, tagSlotOf } from "../../js/sync/bucket.js";

test("the bucket and the slots of a name never change", () => {
  const names = ["", "product:42", "grün", "\u{1f426}", "a".repeat(1024)];
  assert.deepEqual(
    names.map((name) => [bucketOf(name), slotOf(name), tagSlotOf(name)]),
    [
      [11, 0, 11],
      [38, 3, 38],
      [37, 5, 37],
      [31, 6, 31],
      [12, 6, 12],
    ],
  );
});

test("the text in the first braces picks the bucket, as in Redis", () => {
  const same = [
    "cart:7",
    "{cart:7}",
    "{cart:7}:items",
    "a{cart:7}",
    "{cart:7}{other}",
    "{cart:7}}",
  ];
  assert.deepEqual(new Set(same.map(bucketOf)), new Set([53]));
  assert.deepEqual(["{}:items", "{open", "}{a", "{{a}}", "{a"].map(bucketOf), [46, 23, 29, 39, 39]);
});

test("keys with one tag spread over the slots of their bucket", () => {
  const counts = new Array(SLOTS).fill(0);
  for (let i = 0; i < 8000; i++) counts[slotOf(`{cart:7}:${i}`)]++;
  assert.ok(
    counts.every((count) => count > 800 && count < 1200),
    `${counts}`,
  );
});

test("names spread over all buckets and slots", () => {
  const counts = new Map();
  for (let i = 0; i < 64_000; i++) {
    const place = bucketOf(`product:${i}`) * SLOTS + slotOf(`product:${i}`);
    counts.set(place, (counts.get(place) ?? 0) + 1);
  }
  assert.equal(counts.size, BUCKETS * SLOTS);
  for (const count of counts.values()) assert.ok(count > 60 && count < 200, `${count}`);
  const tags = new Set(Array.from({ length: 2000 }, (_, i) => tagSlotOf(`tag-${i}`)));
  assert.equal(tags.size, TAG_SLOTS);
});
