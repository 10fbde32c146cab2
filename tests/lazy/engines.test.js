// The promises of `integrity` in engines other than Chromium. WebKit ignores the hash of
// <link rel="modulepreload">; Firefox also fetches the module's imports with it.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { inEachEngine } from "../engines/index.js";
import { hostileSite } from "../hostile-server.js";

const hash = (/** @type {string} */ body) =>
  `sha384-${createHash("sha384").update(body).digest("base64")}`;
const good = `export const who = "good";`;
const evil = `globalThis.evil = true; export const who = "evil";`;
const entry = `export { who } from "./dep.js";`;
const circular = `import "./entry.js"; ${good}`;
const options = { delay: 5, maxDelay: 20 };

/** How a server lies. @type {((asked: { dest: string }, count: number) => string)[]} */
const lies = [
  ({ dest }) => (dest === "empty" ? circular : evil),
  ({ dest }) => (dest === "empty" ? evil : circular),
  (_, count) => (count === 1 ? circular : evil),
  (_, count) => (count % 2 ? circular : evil),
  () => evil,
];
const caching = [
  { "cache-control": "no-store" },
  { "cache-control": "no-cache" },
  { "cache-control": "max-age=3600", vary: "sec-fetch-dest" },
  { "cache-control": "" },
];

const site = hostileSite();
let trial = 0;

inEachEngine((engine) => {
  const load = (/** @type {any[]} */ ...args) =>
    engine.page.evaluate(
      async (url, options) => {
        const { lazy } = await import("/apus/index.js");
        const result = await lazy(url, options).then(
          ({ who }) => who,
          ({ code, message }) => code ?? message,
        );
        return globalThis.evil ? "evil ran" : result;
      },
      ...args,
    );

  test(`${engine.name}: only checked code runs`, engine.options, async () => {
    await engine.page.goto(`${engine.url}/tests/pages/blank.html`);
    for (const headers of caching) {
      for (const [n, lie] of lies.entries()) {
        const url = `/${++trial}/dep.js`;
        site.answer(`/${trial}/entry.js`, { body: entry, headers });
        site.answer(url, (asked, count) => ({ body: lie(asked, count), headers }));
        const result = await load(url, { ...options, integrity: hash(circular) });
        const said = `lie ${n}, ${JSON.stringify(headers)}: ${result}`;
        assert.ok(["good", "INTEGRITY_MISMATCH"].includes(result), said);
      }
    }
  });

  for (const shape of ["tree", "circle"]) {
    const body = shape === "tree" ? good : circular;
    const outcomes = ["good", "INTEGRITY_MISMATCH"];
    // Script elements cannot check two modules that import each other.
    if (shape === "circle") outcomes.push("INTEGRITY_UNSUPPORTED");

    test(
      `${engine.name}: modules of a manifest run only if checked, a ${shape}`,
      engine.options,
      async () => {
        await engine.page.goto(`${engine.url}/tests/pages/blank.html`);
        for (const headers of caching) {
          for (const [n, lie] of [...lies, () => circular].entries()) {
            const folder = `/${++trial}`;
            const files = {
              "entry.js": { imports: ["dep.js"], integrity: hash(entry) },
              "dep.js": { imports: shape === "tree" ? [] : ["entry.js"], integrity: hash(body) },
            };
            site.answer(`${folder}/m.json`, JSON.stringify({ apus: 1, build: "1", files }));
            site.answer(`${folder}/entry.js`, { body: entry, headers });
            site.answer(`${folder}/dep.js`, (asked, count) => {
              const said = lie(asked, count);
              return { body: said === circular ? body : said, headers };
            });
            const manifest = `${folder}/m.json`;
            const result = await load(`${folder}/entry.js`, { ...options, manifest });
            const said = `lie ${n}, ${JSON.stringify(headers)}: ${result}`;
            assert.ok(outcomes.includes(result), said);
            if (n === lies.length) assert.notEqual(result, "INTEGRITY_MISMATCH", said);
          }
        }
      },
    );
  }

  test(`${engine.name}: an honest server's modules load`, engine.options, async () => {
    await engine.page.goto(`${engine.url}/tests/pages/blank.html`);
    for (const headers of [...caching, { "cache-control": "max-age=3600" }]) {
      const url = `/${++trial}/dep.js`;
      site.answer(`/${trial}/entry.js`, { body: entry, headers });
      site.answer(url, { body: circular, headers });
      assert.equal(await load(url, { integrity: hash(circular) }), "good");
      assert.equal(await load(url, { integrity: hash(circular) }), "good");
    }
    const throws = "JSON.parse('{');";
    site.answer("/throws.js", throws);
    assert.equal(await load("/throws.js", { integrity: hash(throws) }), "EVALUATION_ERROR");
  });

  test(`${engine.name}: a redirected module finds its imports`, engine.options, async () => {
    await engine.page.goto(`${engine.url}/tests/pages/blank.html`);
    site.answer("/pkg@1/entry.js", { redirect: "/pkg@1.2.3/entry.js" });
    site.answer("/pkg@1.2.3/entry.js", entry);
    site.answer("/pkg@1.2.3/dep.js", good);
    assert.equal(await load("/pkg@1/entry.js"), "good");
  });

  test(
    `${engine.name}: a worker starts, and what it posts first is heard`,
    engine.options,
    async () => {
      await engine.page.goto(`${engine.url}/tests/pages/blank.html`);
      site.answer(`/${++trial}/task.js`, `import { who } from "./dep.js"; postMessage(who);`);
      site.answer(`/${trial}/dep.js`, good);
      site.answer(`/${trial}/broken.js`, "const");
      const heard = await engine.page.evaluate(async (folder) => {
        const { lazy } = await import("/apus/index.js");
        const worker = await lazy(`${folder}/task.js`, { as: "worker" });
        const said = await new Promise((resolve) => {
          worker.onmessage = ({ data }) => resolve(data);
        });
        worker.terminate();
        const options = { as: "worker", delay: 1, maxDelay: 1 };
        const { code } = await lazy(`${folder}/broken.js`, options).catch((error) => error);
        return [said, code];
      }, `/${trial}`);
      assert.equal(heard[0], "good");
      assert.match(heard[1], /^(NETWORK|EVALUATION_ERROR)$/);
    },
  );
}, site);
