// Injected markup under policies: <apus-lazy> does not bypass them.
import { expect } from "../browser.js";
import { evil, good, hash, test } from "./hostile.js";

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
  test(`markup does not bypass a policy of ${name}`, async ({ page, server }) => {
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

test("under a policy of nonces, integrity is enforced, with and without the page's nonce", async ({
  page,
  server,
}) => {
  server.answer("/good.js", { body: good, headers: { "cache-control": "max-age=3600" } });
  server.answer("/evil.js", evil);
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
  expect(await from("/good.js"), "runs from the text that was checked").toBe("loaded");
  expect(await from("/evil.js"), "which this is not").toBe("INTEGRITY_MISMATCH");
  meta = `const meta = document.createElement("meta");
    meta.setAttribute("property", "csp-nonce");
    meta.nonce = "n0nce";
    document.head.append(meta);`;
  expect(await from("/good.js")).toBe("loaded");
  expect(["loaded", "INTEGRITY_MISMATCH"]).toContain(await from("/lie.js"));
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
