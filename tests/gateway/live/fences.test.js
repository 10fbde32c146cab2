// Writes over HTTP that carry the token of a lock.
import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryEngine } from "../../../js/gateway/memory-engine.node.js";
import { open, refused } from "../open.js";

test("a fenced change over HTTP is done for the holder alone", async () => {
  const engine = new MemoryEngine();
  const { ask } = await open({ engine });
  /** @param {string} fence @param {RequestInit} [init] */
  const change = (fence, init) =>
    ask("k/%7Bl%20%C3%BC%7D:k", {
      method: "PUT",
      body: "1",
      ...init,
      headers: { "apus-fence": fence, ...init?.headers },
    });
  const { token } = await engine.locks.acquire("l ü", 60_000, "a");
  const mine = `l%20%C3%BC;${token}`;
  const done = await change(mine);
  assert.equal(done.status, 204);
  const etag = done.headers.get("etag") ?? "";
  assert.deepEqual(await refused(await change(`l%20%C3%BC;${token + 1}`)), [412, "FENCED"]);
  const match = { headers: { "if-match": etag } };
  const next = await change(mine, match);
  assert.equal(next.status, 204);
  assert.deepEqual(await refused(await change(mine, match)), [412, "CHANGED"]);
  await engine.locks.release("l ü", token);
  for (const method of ["PUT", "DELETE"]) {
    const late = await change(mine, { method, body: method === "PUT" ? "late" : undefined });
    assert.deepEqual(await refused(late), [412, "FENCED"]);
  }
  assert.equal(await (await ask("k/%7Bl%20%C3%BC%7D:k")).text(), "1");
  const again = await engine.locks.acquire("l ü", 60_000, "b");
  const gone = await change(`l%20%C3%BC;${again.token}`, { method: "DELETE", body: undefined });
  assert.equal(gone.status, 204);
});

test("a malformed fence, and one of another bucket, is refused", async () => {
  const engine = new MemoryEngine();
  const { ask } = await open({ engine });
  const { token } = await engine.locks.acquire("other", 60_000, "a");
  for (const fence of ["", "l", "l;", "l;x", ";1", "l;1;2", "%E0;1", `other;${token}`]) {
    const answer = await ask("k/k", { method: "PUT", body: "1", headers: { "apus-fence": fence } });
    assert.deepEqual(await refused(answer), [400, "BAD_HEADER"], fence);
  }
  assert.equal((await ask("k/k")).status, 404);
});
