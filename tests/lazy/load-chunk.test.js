// The room's own chunks where a bundler loads them in its own way, as webpack does.
import assert from "node:assert/strict";
import { test } from "node:test";
import { loadChunk } from "../../js/lazy/net/load-chunk.js";
import { serve } from "../../tools/serve.js";

/** A chunk of webpack, whose requests get these statuses, the last one for ever. @param {number[]} statuses */
async function chunk(statuses) {
  let asked = 0;
  const { url, close } = await serve({
    handle: (_request, response) => {
      const status = statuses[Math.min(asked++, statuses.length - 1)];
      response.writeHead(status, { "content-type": "text/javascript" }).end();
      return true;
    },
  });
  const request = `${url}/85.js`;
  return {
    close,
    asked: () => asked,
    async load() {
      if ((await fetch(request)).ok) return "loaded";
      const error = new Error(`Loading chunk 85 failed.\n(error: ${request})`);
      throw Object.assign(error, { name: "ChunkLoadError", request });
    },
  };
}

test("webpack's chunk of the loader arrives through faults", async () => {
  const { load, asked, close } = await chunk([503, 503, 503, 200]);
  try {
    assert.equal(await loadChunk("file:///built.js", load), "loaded");
    assert.equal(asked(), 5); // the script follows the text
  } finally {
    await close();
  }
});

test("the loader's chunk that servers lack twenty times in a row arrives", async () => {
  const { load, close } = await chunk([...Array(20).fill(404), 200]);
  try {
    assert.equal(await loadChunk("file:///built.js", load), "loaded");
  } finally {
    await close();
  }
});

test("webpack's chunk that a deploy has removed is gone, long before the budget ends", async () => {
  const { load, close } = await chunk([404]);
  try {
    await assert.rejects(loadChunk("file:///built.js", load, { budget: 60_000 }), { code: "GONE" });
  } finally {
    await close();
  }
});

test("webpack's chunk that the server refuses for good gives up after the budget", async () => {
  const { load, close } = await chunk([503]);
  try {
    const loading = loadChunk("file:///built.js", load, { budget: 300 });
    await assert.rejects(loading, { code: "GAVE_UP" });
  } finally {
    await close();
  }
});

test("an error of the chunk itself is not retried", async () => {
  let calls = 0;
  const load = async () => {
    calls++;
    throw new Error("boom");
  };
  await assert.rejects(loadChunk("file:///built.js", load), /boom/);
  assert.equal(calls, 1);
});
