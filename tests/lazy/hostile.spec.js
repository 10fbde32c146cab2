// Servers that lie, and injected markup.
import { createHash } from "node:crypto";
import { test as base, expect } from "../browser.js";
import { hostileServer } from "../hostile-server.js";

const test = base.extend({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
    async ({}, use) => {
      const server = await hostileServer();
      await use(server);
      await server.close();
    },
    { scope: "worker" },
  ],
});

const open = { type: "text/html", body: "<!doctype html><title>No policy</title>" };

test.beforeEach(async ({ page, server }) => {
  server.reset();
  server.answer("/open.html", open);
  await page.goto("/tests/pages/blank.html");
});

const hash = (body) => `sha384-${createHash("sha384").update(body).digest("base64")}`;
const good = `export const who = "good";`;
const evil = `globalThis.evil = true; export const who = "evil";`;

/** @returns the result or the error's code, or that evil code ran */
const load = (page, url, options = {}) =>
  page.evaluate(
    async ([url, options]) => {
      const { lazy } = await import("/apus/index.js");
      const describe = (result) => {
        if (result instanceof HTMLImageElement) return result.naturalWidth;
        if (result instanceof CSSStyleSheet) return result.cssRules.length;
        if (result instanceof Uint8Array) return result.length;
        return result?.who ?? result?.size ?? "something";
      };
      const result = await lazy(url, options).then(describe, ({ code, name }) => code ?? name);
      return globalThis.evil ? "evil ran" : result;
    },
    [url, options],
  );

const caching = {
  "no-store": { "cache-control": "no-store" },
  "no-cache": { "cache-control": "no-cache" },
  Vary: { "cache-control": "max-age=3600", vary: "sec-fetch-dest" },
  "no header": { "cache-control": "" },
  "max-age": { "cache-control": "max-age=3600" },
};

/** How a server lies about one file. */
const lies = {
  "to everything but a fetch": [({ dest }) => (dest === "empty" ? good : evil)],
  "to a fetch": [({ dest }) => (dest === "empty" ? evil : good)],
  "after the first": [good, evil],
  "every other time": [(_, count) => (count % 2 ? good : evil)],
  always: [evil],
};

for (const [how, headers] of Object.entries(caching)) {
  const with_ = (answers) =>
    answers.map((answer) =>
      typeof answer === "function"
        ? (asked, count) => ({ body: answer(asked, count), headers })
        : { body: answer, headers },
    );

  for (const [name, answers] of Object.entries(lies)) {
    test(`integrity: only checked code runs; ${how}, a lie ${name}`, async ({ page, server }) => {
      const options = { integrity: hash(good), delay: 5, maxDelay: 20 };
      server.answer("/x.js", ...with_(answers));
      expect(["good", "INTEGRITY_MISMATCH"]).toContain(await load(page, "/x.js", options));
      expect(server.count("/x.js")).toBeLessThan(16);
    });
  }

  test(`integrity of a manifest: only checked code runs; ${how}`, async ({ page, server }) => {
    const entry = `export { who } from "./dep.js";`;
    for (const [n, answers] of Object.values(lies).entries()) {
      const files = {
        "entry.js": { name: "entry", imports: ["dep.js"], integrity: hash(entry) },
        "dep.js": { integrity: hash(good), imports: ["entry.js"] },
      };
      server.answer(`/${n}/m.json`, JSON.stringify({ apus: 1, build: "1", files }));
      server.answer(`/${n}/entry.js`, { body: entry, headers });
      server.answer(`/${n}/dep.js`, ...with_(answers));
      const options = { manifest: `/${n}/m.json`, delay: 5, maxDelay: 20 };
      expect(["good", "INTEGRITY_MISMATCH"]).toContain(await load(page, "entry", options));
    }
  });

  test(`integrity of an honest server: loads, and ${how} costs no third request`, async ({
    page,
    server,
  }) => {
    server.answer("/x.js", { body: good, headers });
    expect(await load(page, "/x.js", { integrity: hash(good) })).toBe("good");
    expect(server.count("/x.js")).toBe(how === "max-age" ? 1 : 2);
  });

  test(`integrity of an image: only checked bytes show; ${how}`, async ({ page, server }) => {
    const svg = (width) => `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="5"/>`;
    await page.goto("/open.html");
    server.answer("/a.svg", ({ dest }) => ({ body: svg(dest === "image" ? 666 : 7), headers }));
    expect(await load(page, "/a.svg", { integrity: hash(svg(7)) })).toBe(7);
    expect(server.count("/a.svg")).toBe(1);
  });
}

test("integrity of an image that the policy blocks is refused", async ({ page, server }) => {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="7" height="5"/>`;
  server.answer("/a.svg", svg);
  const result = await load(page, "/a.svg", { integrity: hash(svg) });
  expect(result).toBe("INTEGRITY_UNSUPPORTED");
});

test("integrity binds in lazyImport and over endpoints too", async ({ page, server }) => {
  for (const [n, answers] of Object.values(lies).entries()) {
    server.answer(`/${n}/x.js`, ...answers);
    server.answer(
      `/${n}/route.js`,
      `import { lazyImport } from "/apus/index.js";
       export const open = lazyImport(() => import("./x.js"), { integrity: "${hash(good)}", delay: 5 });`,
    );
    const result = await page.evaluate(async (n) => {
      const { open } = await import(`/${n}/route.js`);
      return open().then(
        ({ who }) => who,
        ({ code }) => code,
      );
    }, n);
    expect(["good", "INTEGRITY_MISMATCH"]).toContain(result);
    server.answer(`/${n}/y/x.js`, ...answers);
    const options = { integrity: hash(good), endpoints: [`/${n}/y`], delay: 5, maxDelay: 20 };
    expect(["good", "INTEGRITY_MISMATCH"]).toContain(await load(page, "x.js", options));
  }
});

test("integrity also applies to a module that was preloaded without it", async ({
  page,
  server,
}) => {
  server.answer("/x.js", evil);
  const code = await page.evaluate(async (integrity) => {
    const { lazy, preload } = await import("/apus/index.js");
    await preload("/x.js");
    return lazy("/x.js", { integrity }).catch(({ code }) => code);
  }, hash(good));
  expect(code).toBe("INTEGRITY_MISMATCH");
});

test("integrity in a worker is refused: nothing can check it there", async ({ page, server }) => {
  server.answer("/x.js", good);
  server.answer(
    "/worker.js",
    `import { lazy } from "/apus/index.js";
     const end = (result) => postMessage(result);
     lazy("/x.js", { integrity: "${hash(good)}" }).then(({ who }) => end(who), ({ code }) => end(code));`,
  );
  const code = await page.evaluate(
    () =>
      new Promise((resolve) => {
        const worker = new Worker("/worker.js", { type: "module" });
        worker.onmessage = ({ data }) => resolve(data);
      }),
  );
  expect(code).toBe("INTEGRITY_UNSUPPORTED");
});

test("an integrity without a usable hash is an error at once", async ({ page, server }) => {
  for (const integrity of ["md5-abc", "sha384", "sha384-", "x".repeat(500), `${hash("")} no`]) {
    expect(await load(page, "/x.js", { integrity })).toBe("TypeError");
  }
  expect(server.requests).toEqual([]);
});

test("imports of a redirected module are relative to the final URL", async ({ page, server }) => {
  server.answer("/pkg@1/main.js", { redirect: "/pkg@1.2.3/main.js" });
  server.answer("/pkg@1.2.3/main.js", `export { who } from "./dep.js";`);
  server.answer("/pkg@1.2.3/dep.js", good);
  expect(await load(page, "/pkg@1/main.js")).toBe("good");
  expect(server.count("/pkg@1.2.3/dep.js")).toBe(2);
  expect(server.requests.filter(({ path }) => path.startsWith("/pkg@1/dep"))).toEqual([]);
});

test("paths in a redirected manifest are relative to the final URL", async ({ page, server }) => {
  const files = { "entry.js": { name: "entry" } };
  server.answer("/m.json", { redirect: "/v2/m.json" });
  server.answer("/v2/m.json", JSON.stringify({ apus: 1, build: "1", files }));
  server.answer("/v2/entry.js", good);
  expect(await load(page, "entry", { manifest: "/m.json" })).toBe("good");
});

/** What a server does to bodies, and the expected result. */
const bodies = {
  "a slow one": [{ body: `${good}${"/".repeat(300)}`, slow: 60 }, "GAVE_UP"],
  "one without end": [{ body: good, huge: 2 ** 40 }, "GAVE_UP"],
  "a large one": [{ body: good, huge: 2 ** 22 }, "good"],
  "one that is cut": [{ body: good, length: good.length, cut: 5 }, "GAVE_UP"],
  "one shorter than it claims": [{ body: good, length: 1000 }, "GAVE_UP"],
  "none at all": [{ hang: true }, "GAVE_UP"],
  "a reset": [{ reset: true }, "GAVE_UP"],
  "a wrong type": [{ body: good, type: "text/plain" }, "GAVE_UP"],
  "no type": [{ body: good, type: null }, "GAVE_UP"],
  "a page": [{ body: good, type: "text/html" }, "GONE"],
  "an endless page": [{ body: "<p>", type: "text/html", huge: 2 ** 40 }, "GONE"],
  "an endless 404": [{ status: 404, huge: 2 ** 40 }, "GONE"],
  "a redirect to itself": [{ redirect: "/x.js" }, "GAVE_UP"],
  "a redirect to data:": [{ redirect: "data:text/javascript,1" }, "GAVE_UP"],
  "a syntax error": [`import "./${"a".repeat(1e6)}`, "SYNTAX_ERROR"],
};
for (const [name, [answer, expected]] of Object.entries(bodies)) {
  test(`a module's body: ${name}`, async ({ page, server }) => {
    server.answer("/x.js", answer);
    const limits = { timeout: 500, budget: 1500, delay: 20, maxDelay: 100 };
    expect(await load(page, "/x.js", expected === "good" ? {} : limits)).toBe(expected);
    await expect.poll(server.unfinished, "no request continues after that").toBe(0);
  });
}

const answersWrong = {
  "is no object": "7",
  "is an array": "[]",
  "has files that are no objects": `{"apus":1,"build":"1","files":{"a.js":7,"b.js":null}}`,
  "has imports that are no strings": `{"apus":1,"build":"1","files":{"a.js":{"imports":[{}]}}}`,
  "has a name for a prototype": `{"apus":1,"build":"1","files":{"__proto__":{"name":"__proto__"}}}`,
  "names data:": `{"apus":1,"build":"1","files":{"data:text/javascript,globalThis.evil=1":{"name":"/x.js"}}}`,
  "is without end": { huge: 2 ** 40 },
};
for (const [name, answer] of Object.entries(answersWrong)) {
  test(`a manifest that ${name} does no harm`, async ({ page, server }) => {
    server.answer("/m.json", answer);
    server.answer("/x.js", good);
    const budget = name === "names data:" ? 2000 : 9000; // that one fails for all of its budget
    const options = { manifest: "/m.json", timeout: 1000, budget };
    const result = await load(page, "/x.js", options);
    // A page's own manifest may name any URL; its policy decides.
    expect(name === "names data:" ? ["GAVE_UP"] : ["good"]).toContain(result);
  });
}

/** Injects markup into a page with a policy, as an attacker would. */
async function inject(page, server, html, policy, code = "") {
  server.answer("/define.js", `import "/apus/define.js"; ${code}`);
  server.answer("/policy.html", {
    body: `<!doctype html><script type="module" nonce="n0nce" src="/define.js"></script>`,
    headers: { "content-security-policy": policy },
  });
  await page.goto("/policy.html");
  return page.evaluate(
    (html) =>
      new Promise((resolve) => {
        const host = document.createElement("div");
        for (const type of ["load", "error"]) {
          host.addEventListener(
            type,
            ({ detail }) =>
              detail && resolve(globalThis.evil ? "evil ran" : (detail.error?.code ?? "loaded")),
            true,
          );
        }
        document.body.append(host);
        host.innerHTML = html;
      }),
    html,
  );
}

const policies = {
  "a nonce": "script-src 'nonce-n0nce' 'wasm-unsafe-eval'",
  "strict-dynamic": "script-src 'nonce-n0nce' 'strict-dynamic' 'wasm-unsafe-eval'",
};

for (const [name, policy] of Object.entries(policies)) {
  test(`markup is no way around a policy of ${name}`, async ({ page, server }) => {
    const other = `${server.other}/evil.js`;
    server.answer("/evil.js", evil);
    server.answer("/away.js", { redirect: other });
    server.answer("/there-and-back.js", { redirect: `${server.other}/back.js` });
    server.answer("/back.js", ({ dest }) =>
      dest === "empty" ? { redirect: `${server.url}/good.js` } : evil,
    );
    server.answer("/good.js", good);
    const files = { [other]: { name: "x" }, [`data:text/javascript,${evil}`]: { name: "y" } };
    server.answer("/m.json", JSON.stringify({ apus: 1, build: "1", files }));
    server.answer("/away.json", { redirect: `${server.other}/m.json` });
    const attributes = [
      `src="${other}"`,
      `src="${other.replace("http:", "")}"`,
      `src="data:text/javascript,globalThis.evil=1"`,
      `src="blob:${server.url}/3e1bb0a4-0000-4000-8000-000000000000"`,
      `src="javascript:globalThis.evil=1"`,
      `src="/away.js"`,
      `src="/there-and-back.js"`,
      `src="/evil.js" manifest="${server.other}/m.json"`,
      `src="x" manifest="data:application/json,{}"`,
      `src="x" manifest="/m.json"`,
      `src="y" manifest="/m.json"`,
      `src="x" manifest="/away.json"`,
    ];
    for (const written of attributes) {
      const html = `<apus-lazy ${written} budget="3000"></apus-lazy>`;
      expect(await inject(page, server, html, policy), written).toBe("ORIGIN_REFUSED");
    }
    const html = `<base href="${server.other}/"><apus-lazy src="evil.js"></apus-lazy>`;
    expect(await inject(page, server, html, policy), "a base").toBe("ORIGIN_REFUSED");
    expect(
      server.requests.filter(({ path, dest }) => path === "/evil.js" && dest === "script"),
    ).toEqual([]);
  });
}

test("under a policy of nonces, integrity needs the page's nonce, and binds", async ({
  page,
  server,
}) => {
  server.answer("/good.js", good);
  server.answer("/lie.js", ({ dest }) => (dest === "empty" ? good : evil));
  const policy = policies["a nonce"];
  const from = (src) =>
    inject(
      page,
      server,
      `<apus-lazy src="${src}" integrity="${hash(good)}"></apus-lazy>`,
      policy,
      meta,
    );
  let meta = "";
  expect(await from("/good.js"), "blocked, and therefore refused").toBe("INTEGRITY_MISMATCH");
  meta = `const meta = document.createElement("meta");
    meta.setAttribute("property", "csp-nonce");
    meta.nonce = "n0nce";
    document.head.append(meta);`;
  expect(await from("/good.js")).toBe("loaded");
  expect(await from("/lie.js")).toBe("INTEGRITY_MISMATCH");
});

test("integrity binds under Trusted Types", async ({ page, server }) => {
  server.answer("/good.js", good);
  server.answer("/lie.js", ({ dest }) => (dest === "empty" ? good : evil));
  server.answer("/typed.html", {
    ...open,
    headers: { "content-security-policy": "require-trusted-types-for 'script'" },
  });
  await page.goto("/typed.html");
  const options = { integrity: hash(good), delay: 5, maxDelay: 20 };
  expect(await load(page, "/good.js", options)).toBe("good");
  expect(await load(page, "/lie.js", options)).toBe("INTEGRITY_MISMATCH");
});

test("markup may load from an origin that the page's code allowed", async ({ page, server }) => {
  server.answer("/good.js", good);
  const html = `<apus-lazy src="${server.other}/good.js"></apus-lazy>`;
  const policy = policies["strict-dynamic"];
  const code = `import { lazyDefaults } from "/apus/index.js";
    lazyDefaults({ origins: ["${server.other}"] });`;
  expect(await inject(page, server, html, policy, code)).toBe("loaded");
  expect(await inject(page, server, html, policy)).toBe("ORIGIN_REFUSED");
  const own = `<apus-lazy src="/good.js"></apus-lazy>`;
  expect(await inject(page, server, own, policy, code)).toBe("loaded");
});

test("origins are checked before anything changes", async ({ page }) => {
  const names = await page.evaluate(async () => {
    const { lazyDefaults } = await import("/apus/index.js");
    return ["x", [7], ["cdn.example"], ["https://a.test/"], ["data:"], ["*"]].map((origins) => {
      try {
        return lazyDefaults({ origins });
      } catch (error) {
        return [error.name, /origins/.test(error.message)];
      }
    });
  });
  expect(names).toEqual(Array(6).fill(["TypeError", true]));
});
