import assert from "node:assert/strict";
import { request } from "node:http";
import { after, before, describe, it } from "node:test";
import { gunzipSync } from "node:zlib";
import { serve } from "../../tools/serve.js";

/** @type {Awaited<ReturnType<typeof serve>>} */
let server;
before(async () => {
  server = await serve({
    handle(_request, response, url) {
      if (url.pathname !== "/mine") return false;
      response.end("handled");
      return true;
    },
  });
});
after(() => server.close());

/** Sends the path unchanged; `fetch` would normalize it. */
function get(path, headers = {}, method = "GET") {
  return new Promise((resolve, reject) => {
    request({ host: "127.0.0.1", port: server.port, path, headers, method }, async (response) => {
      const chunks = [];
      for await (const chunk of response) chunks.push(chunk);
      resolve({
        status: response.statusCode,
        headers: response.headers,
        body: Buffer.concat(chunks),
      });
    })
      .on("error", reject)
      .end();
  });
}

describe("what is served", () => {
  it("keeps connections over a client's pause", async () => {
    const { headers } = await get("/mine", { connection: "keep-alive" });
    assert.match(headers["keep-alive"], /^timeout=60\b/);
  });

  it("gives the start page, and a folder's page after a redirect to its slash", async () => {
    const start = await get("/");
    assert.equal(start.status, 200);
    assert.match(start.body.toString(), /<title>Apus/);
    const folder = await get("/atlas?x=1");
    assert.equal(folder.status, 301);
    assert.equal(folder.headers.location, "/atlas/?x=1");
    assert.equal((await get("/atlas/")).status, 200);
  });

  it("names the type of every kind of file", async () => {
    const type = async (path) => (await get(path)).headers["content-type"];
    assert.equal(await type("/"), "text/html; charset=utf-8");
    assert.equal(await type("/site.css"), "text/css; charset=utf-8");
    assert.equal(await type("/atlas/atlas.js"), "text/javascript; charset=utf-8");
    assert.equal(await type("/favicon.svg"), "image/svg+xml");
    assert.equal(await type("/tests/pages/blank.html"), "text/html; charset=utf-8");
  });

  it("answers 404 for missing files, and 405 for other methods", async () => {
    assert.equal((await get("/nothing.js")).status, 404);
    const post = await get("/", {}, "POST");
    assert.equal(post.status, 405);
    assert.equal(post.headers.allow, "GET, HEAD");
  });

  it("sends only the headers for HEAD", async () => {
    const head = await get("/site.css", {}, "HEAD");
    assert.equal(head.status, 200);
    assert.ok(Number(head.headers["content-length"]) > 0);
    assert.equal(head.body.length, 0);
  });

  it("lets a handler answer first", async () => {
    assert.equal((await get("/mine")).body.toString(), "handled");
  });

  it("listens on loopback only", () => {
    assert.match(server.url, /^http:\/\/localhost:\d+$/);
  });
});

describe("what is refused", () => {
  const traversals = [
    "/../package.json",
    "/..%2fpackage.json",
    "/%2e%2e/package.json",
    "/apus/..%2f..%2fpackage.json",
    "/tests/../../package.json",
    "/tests/%2e%2e%2fpackage.json",
    "//../package.json",
    "/..\\package.json",
  ];
  for (const path of traversals) {
    it(`serves nothing outside its folders: ${path}`, async () => {
      const { status, body } = await get(path);
      assert.ok(status === 404 || status === 400, `status ${status}`);
      assert.doesNotMatch(body.toString(), /"version"/);
    });
  }

  it("redirects only within its own site", async () => {
    for (const path of ["/.//evil.invalid/..%2fatlas", "//evil.invalid/..%2fatlas?x=1"]) {
      const { status, headers } = await get(path);
      if (status !== 301) continue;
      assert.match(headers.location, /^\/atlas\/(\?x=1)?$/);
    }
    assert.equal((await get("/.//evil.invalid/..%2fatlas")).status, 301);
  });

  it("answers 400 for an invalid path, and goes on", async () => {
    assert.equal((await get("/%E0%A4%A")).status, 400);
    assert.equal((await get("/a%00b")).status, 400);
    assert.equal((await get("/")).status, 200);
  });
});

describe("headers", () => {
  it("sets a Content-Security-Policy without inline script or style, on errors too", async () => {
    for (const path of ["/", "/nothing", "/atlas", "/site.css?fail=1"]) {
      const { headers } = await get(path);
      const policy = headers["content-security-policy"];
      assert.match(policy, /default-src 'self'/);
      assert.match(policy, /script-src 'self' 'wasm-unsafe-eval';/);
      assert.match(policy, /style-src 'self';/);
      assert.doesNotMatch(policy, /unsafe-inline|'unsafe-eval'|\*/);
      assert.equal(headers["x-content-type-options"], "nosniff");
    }
  });

  it("answers 304 while a file is unchanged", async () => {
    const first = await get("/site.css");
    const again = await get("/site.css", { "if-none-match": first.headers.etag });
    assert.equal(again.status, 304);
    assert.equal(again.body.length, 0);
  });

  it("compresses text for clients that accept it", async () => {
    const plain = await get("/site.css");
    const zipped = await get("/site.css", { "accept-encoding": "gzip;q=0.8, deflate" });
    const brotli = await get("/site.css", { "accept-encoding": "gzip, br" });
    assert.equal(plain.headers["content-encoding"], undefined);
    assert.equal(zipped.headers["content-encoding"], "gzip");
    assert.equal(brotli.headers["content-encoding"], "br");
    assert.equal(zipped.headers.vary, "accept-encoding");
    assert.deepEqual(gunzipSync(zipped.body), plain.body);
    assert.ok(brotli.body.length < plain.body.length);
    assert.notEqual(zipped.headers.etag, brotli.headers.etag);
  });
});

describe("?fail=2", () => {
  it("refuses the first two requests of that very address", async () => {
    const statuses = async (path) => {
      const seen = [];
      for (let i = 0; i < 4; i++) seen.push((await get(path)).status);
      return seen;
    };
    assert.deepEqual(await statuses("/site.css?fail=2&try=a"), [503, 503, 200, 200]);
    assert.deepEqual(await statuses("/site.css?fail=2&try=b"), [503, 503, 200, 200]);
    assert.deepEqual(await statuses("/site.css?fail=nonsense"), [200, 200, 200, 200]);
    assert.deepEqual(await statuses("/site.css"), [200, 200, 200, 200]);
  });
});

describe("the port", () => {
  it("is an error when taken", async () => {
    await assert.rejects(serve({ port: server.port }), { code: "EADDRINUSE" });
  });

  it("is the next free one on request", async () => {
    const other = await serve({ port: server.port, next: true });
    try {
      assert.ok(other.port > server.port && other.port <= server.port + 100);
      assert.equal((await fetch(other.url)).status, 200);
    } finally {
      await other.close();
    }
  });
});
