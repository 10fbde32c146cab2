// Which values are dead, against a model that remembers every invalidation.
import assert from "node:assert/strict";
import { test } from "node:test";
import { TAGS } from "../../js/gateway/engine.node.js";
import { Generations } from "../../js/gateway/generations.node.js";
import { MemoryEngine } from "../../js/gateway/memory-engine.node.js";
import { random } from "../cache/random.js";

for (const seed of [1, 2, 3, 4, 5]) {
  test(`values are dead exactly when an invalidation is newer, seed ${seed}`, async () => {
    const pick = random(seed);
    const engine = new MemoryEngine();
    /** @type {{ test: (key: string, tags: string[]) => boolean, number: number }[]} */
    const model = [];
    const asOf = [{ epoch: 0, offset: 0 }];
    let generations = new Generations(engine);
    await generations.reset(undefined);
    let asked = 0;
    for (let step = 0; step < 600; step++) {
      const choice = pick(20);
      if (choice < 6) {
        const tag = `t${pick(12)}`;
        const prefix = ["", "a", "a:", "ab", "b:", "a:b"][pick(6)];
        const byTag = choice < 5;
        asOf.push(await (byTag ? engine.invalidate([tag], []) : engine.invalidate([], [prefix])));
        const head = (await engine.heads())[TAGS];
        const at = asOf[asOf.length - 1];
        generations.heard({
          ...(byTag ? { kind: "tag", name: tag } : { kind: "prefix", name: prefix }),
          ...{ at, check: head?.check ?? "" },
        });
        const test = byTag
          ? (/** @type {string} */ _, /** @type {string[]} */ tags) => tags.includes(tag)
          : (/** @type {string} */ key) => key.startsWith(prefix);
        model.push({ test, number: asOf.length - 1 });
      } else if (choice === 6) {
        generations = new Generations(engine); // another gateway starts
        await generations.reset((await engine.heads())[TAGS]);
      } else {
        const key = ["a:1", "ab", "b:2", "c", "a:b:c"][pick(5)];
        const tags = Array.from({ length: pick(3) }, () => `t${pick(12)}`);
        const number = pick(asOf.length);
        const expected = model.some((one) => one.number > number && one.test(key, tags));
        const value = { body: new Uint8Array(), type: "", tags, asOf: asOf[number] };
        const answer = generations.dead(key, { ...value, expiresAt: 0, staleFor: 0 });
        if (typeof answer !== "boolean") asked++;
        assert.equal(await answer, expected, `step ${step}`);
      }
    }
    assert.ok(asked > 0);
  });
}

test("a value that is newer than the start is decided without asking", async () => {
  const engine = new MemoryEngine();
  const asOf = await engine.invalidate(["t"], []);
  const generations = new Generations(engine);
  await generations.reset((await engine.heads())[TAGS]);
  engine.generations = () => assert.fail("asked");
  const value = { body: new Uint8Array(), type: "", tags: ["t", "u"], asOf };
  assert.equal(generations.dead("k", { ...value, expiresAt: 0, staleFor: 0 }), false);
});
