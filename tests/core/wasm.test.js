import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { beforeEach, test } from "node:test";
import { init } from "../../js/core/init.js";
import { loads, loadWasm, sources } from "../../js/core/wasm.js";

const wasm = new URL("../../dist/apus-cache.wasm", import.meta.url);

/** As in a page where nothing has loaded. */
beforeEach(() => {
  for (const state of [loads, sources]) {
    for (const name of Object.keys(state)) delete state[name];
  }
});

/** Serves one response on loopback while `use` runs. */
async function serving(answer, use) {
  let requests = 0;
  const server = createServer((_request, response) => {
    requests += 1;
    answer(response);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    return await use(`http://127.0.0.1:${server.address().port}/apus-cache.wasm`, () => requests);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test("a room's module loads once", async () => {
  const [first, second] = await Promise.all([loadWasm("cache"), loadWasm("cache")]);
  assert.equal(first, second);
  assert.ok(first.memory.size > 0);
});

test("the bytes can be passed", async () => {
  await init({ cache: { wasmBinary: await readFile(wasm) } });
  assert.ok((await loadWasm("cache")).memory.u8.length > 0);
});

test("a compiled module can be passed", async () => {
  await init({ cache: { module: await WebAssembly.compile(await readFile(wasm)) } });
});

test("another URL can be passed, and a wrong MIME type costs no second download", async () => {
  const bytes = await readFile(wasm);
  const answer = (response) => response.writeHead(200, { "content-type": "text/plain" }).end(bytes);
  await serving(answer, async (wasmUrl, requests) => {
    await init({ cache: { wasmUrl } });
    assert.equal(requests(), 1);
  });
});

test("a missing file is WASM_UNAVAILABLE with the status, and a later try may succeed", async () => {
  await serving(
    (response) => response.writeHead(404).end(),
    async (wasmUrl) => {
      await assert.rejects(init({ cache: { wasmUrl } }), {
        code: "WASM_UNAVAILABLE",
        message: /HTTP 404/,
      });
    },
  );
  await init({ cache: { wasmBinary: await readFile(wasm) } });
  assert.ok(await loadWasm("cache"));
});

test("bytes other than WebAssembly are WASM_UNAVAILABLE", async () => {
  await assert.rejects(init({ cache: { wasmBinary: new Uint8Array([1, 2, 3]) } }), {
    code: "WASM_UNAVAILABLE",
  });
});

test("a source passed too late is refused", async () => {
  await loadWasm("cache");
  await assert.rejects(init({ cache: { wasmUrl: "x.wasm" } }), { code: "ALREADY_LOADED" });
  await init({ cache: {} }); // changes nothing
});

test("an error names the bad option", async () => {
  await assert.rejects(init({ cachet: {} }), { name: "TypeError", message: /room "cachet"/ });
  for (const [source, message] of [
    [{ wasmurl: "x" }, /cache: unknown option "wasmurl"/],
    [{ wasmUrl: 5 }, /cache: wasmUrl/],
    [{ wasmBinary: "x" }, /wasmBinary/],
    [{ module: {} }, /module/],
  ]) {
    await assert.rejects(init({ cache: source }), { name: "TypeError", message });
  }
  await assert.rejects(init({ store: null }), { name: "TypeError", message: /store/ });
  await assert.rejects(init(null), { name: "TypeError" });
});
