// `integrity`: only checked code runs, even if the server answers differently the second time.
import { expect } from "../browser.js";
import { evil, good, hash, load, open, test } from "./hostile.js";

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

test("integrity is enforced in lazyImport and over endpoints", async ({ page, server }) => {
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

test("an integrity without a usable hash is an error before any request", async ({
  page,
  server,
}) => {
  for (const integrity of ["md5-abc", "sha384", "sha384-", "x".repeat(500), `${hash("")} no`]) {
    expect(await load(page, "/x.js", { integrity })).toBe("TypeError");
  }
  expect(server.requests).toEqual([]);
});

test("integrity is enforced under Trusted Types", async ({ page, server }) => {
  server.answer("/good.js", good);
  server.answer("/lie.js", ({ dest }) => (dest === "empty" ? good : evil));
  server.answer("/typed.html", {
    ...open,
    headers: { "content-security-policy": "require-trusted-types-for 'script'" },
  });
  await page.goto("/typed.html");
  const options = { integrity: hash(good), delay: 5, maxDelay: 20 };
  expect(await load(page, "/good.js", options)).toBe("good");
  expect(["good", "INTEGRITY_MISMATCH"]).toContain(await load(page, "/lie.js", options));
});
