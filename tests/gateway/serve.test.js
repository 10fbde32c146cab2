// Node's server around a gateway, with clients that do not behave.
import assert from "node:assert/strict";
import { connect } from "node:net";
import { test } from "node:test";
import { Gateway } from "../../js/gateway/gateway.node.js";
import { serve } from "../../js/gateway/serve.node.js";

/** @param {(server: Awaited<ReturnType<typeof serve>>) => Promise<void>} body @param {object} [options] */
async function served(body, { load, ...options } = /** @type {any} */ ({})) {
  const gateway = await Gateway.open({ authorize: () => true, load, limits: { body: 1000 } });
  const server = await serve(gateway, options);
  try {
    await body(server);
  } finally {
    await server.stop({ grace: 100 });
  }
}

/** What the server answers to raw bytes, until it closes. @param {string} url @param {string} bytes */
function raw(url, bytes) {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), "127.0.0.1", () => socket.write(bytes));
    let text = "";
    socket.on("data", (data) => (text += data)).on("close", () => resolve(text));
    socket.on("error", reject).setTimeout(20_000, () => reject(new Error("still open")));
  });
}

test("values pass through unharmed", { timeout: 30_000 }, () =>
  served(async ({ url }) => {
    const body = Uint8Array.from({ length: 900 }, (_, i) => i);
    const headers = { "content-type": "application/octet-stream" };
    const put = await fetch(`${url}/apus/k/a`, { method: "PUT", body, headers });
    assert.equal(put.status, 204);
    const got = await fetch(`${url}/apus/k/a`);
    assert.deepEqual(new Uint8Array(await got.arrayBuffer()), body);
    assert.equal((await fetch(`${url}/apus/k/a`, { method: "HEAD" })).status, 200);
    assert.equal((await fetch(`${url}/elsewhere`)).status, 404);
  }),
);

test("a body over the limit is refused before it is read to its end", { timeout: 30_000 }, () =>
  served(async ({ url }) => {
    const head = "PUT /apus/k/a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    const answer = await raw(url, `${head}1000\r\n${"x".repeat(0x1000)}\r\n`); // no last chunk
    assert.match(answer, /^HTTP\/1\.1 413 /);
    assert.match(answer, /BODY_TOO_LARGE/);
    const announced = await raw(
      url,
      "PUT /apus/k/a HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n",
    );
    assert.match(announced, /^HTTP\/1\.1 413 /);
  }),
);

test("a body that does not come is given up", { timeout: 30_000 }, () =>
  served(
    async ({ url }) => {
      const head = "PUT /apus/k/a HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n12345";
      assert.match(await raw(url, head), /^(HTTP\/1\.1 (408|400) .*)?/);
      assert.equal((await fetch(`${url}/apus/k/a`)).status, 404);
    },
    { bodyTimeout: 300 },
  ),
);

test("what is no HTTP, or smuggles a second request, is refused", { timeout: 30_000 }, () =>
  served(async ({ url }) => {
    for (const bytes of [
      "hello\r\n\r\n",
      "GET /apus/k/a HTTP/1.1\r\nHost: x\r\nX: a\u0001b\r\n\r\n",
      "PUT /apus/k/a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ]) {
      assert.match(await raw(url, bytes), /^HTTP\/1\.1 400 /);
    }
    const strange = await raw(
      url,
      "GET //other/apus/k/a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    );
    assert.match(strange, /^HTTP\/1\.1 404 /);
  }),
);

test("stopping answers what is under way", { timeout: 30_000 }, async () => {
  let finish = () => {};
  let begin = () => {};
  const began = new Promise((resolve) => {
    begin = () => resolve(undefined);
  });
  const load = {
    k: () => {
      begin();
      return new Promise((resolve) => {
        finish = () => resolve({ value: "last" });
      });
    },
  };
  const gateway = await Gateway.open({ load });
  const server = await serve(gateway);
  const answer = fetch(`${server.url}/apus/k/k`);
  await began;
  const stopped = server.stop();
  finish();
  assert.equal(await (await answer).json(), "last");
  await stopped;
  await assert.rejects(fetch(`${server.url}/apus/k/k`));
});
