// Servers that misbehave: redirects, bodies and manifests.
import { expect } from "../browser.js";
import { good, load, open, test } from "./hostile.js";

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

/** Bodies of a server, and the expected results. */
const bodies = {
  "a slow one": [{ body: `${good}${"/".repeat(300)}`, slow: 60 }, "GAVE_UP"],
  "one that never ends": [{ body: good, huge: 2 ** 40 }, "GAVE_UP"],
  "a large one": [{ body: good, huge: 2 ** 22 }, "good"],
  "one that is cut": [{ body: good, length: good.length, cut: 5 }, "GAVE_UP"],
  "one shorter than it claims": [{ body: good, length: 1000 }, "GAVE_UP"],
  "none at all": [{ hang: true }, "GAVE_UP"],
  "a reset": [{ reset: true }, "GAVE_UP"],
  "a wrong type": [{ body: good, type: "text/plain" }, "WRONG_TYPE"],
  "no type": [{ body: good, type: null }, "WRONG_TYPE"],
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
    // Only giving up takes the limits' time; all else ends by itself.
    const limits = { timeout: 500, budget: 1500, delay: 20, maxDelay: 100 };
    expect(await load(page, "/x.js", expected === "GAVE_UP" ? limits : {})).toBe(expected);
    await expect.poll(server.unfinished, "no request continues after that").toBe(0);
  });
}

const answersWrong = {
  "is not an object": "7",
  "is an array": "[]",
  "has files that are not objects": `{"apus":1,"build":"1","files":{"a.js":7,"b.js":null}}`,
  "has imports that are not strings": `{"apus":1,"build":"1","files":{"a.js":{"imports":[{}]}}}`,
  "has a name for a prototype": `{"apus":1,"build":"1","files":{"__proto__":{"name":"__proto__"}}}`,
  "names data:": `{"apus":1,"build":"1","files":{"data:text/javascript,globalThis.evil=1":{"name":"/x.js"}}}`,
  "never ends": { huge: 2 ** 40 },
};

for (const [name, answer] of Object.entries(answersWrong)) {
  test(`a manifest that ${name} does no harm`, async ({ page, server }) => {
    server.answer("/m.json", answer);
    server.answer("/x.js", good);
    const budget = name === "names data:" ? 2000 : 30_000; // that one uses up its budget
    const options = { manifest: "/m.json", timeout: 1000, budget };
    const result = await load(page, "/x.js", options);
    // A page's own manifest may name any URL; its policy decides.
    expect(name === "names data:" ? ["GAVE_UP"] : ["good"]).toContain(result);
  });
}

test("a wrong type of a file that is there ends at once", async ({ page, server }) => {
  server.answer("/x.js", { body: good, type: "text/plain" });
  server.answer("/y.js", { body: good, type: "text/plain" }, good);
  expect(await load(page, "/x.js")).toBe("WRONG_TYPE");
  expect(server.count("/x.js"), "one request past the caches, no more").toBe(2);
  expect(await load(page, "/y.js")).toBe("good");
});

for (const fault of [[], [{ status: 503 }, { reset: true }]]) {
  test(`a policy that lets a CDN's scripts run but not be fetched, ${fault.length} faults`, async ({
    page,
    server,
  }) => {
    const policy = `script-src 'self' 'wasm-unsafe-eval' ${server.other}; connect-src 'self'`;
    server.answer("/csp.html", { ...open, headers: { "content-security-policy": policy } });
    server.answer("/x.js", ...fault, `export { who } from "./y.js";`);
    server.answer("/y.js", ...fault, good);
    server.answer("/z.json", `{}`);
    await page.goto("/csp.html");
    expect(await load(page, `${server.other}/x.js`, { delay: 5 })).toBe("good");
    const fetched = server.requests.filter(({ dest }) => dest === "empty").map(({ path }) => path);
    const others = fetched.filter((path) => path !== "/csp.html"); // asked for its policy
    expect(others, "the policy stops them in the browser").toEqual([]);
    expect(server.count("/x.js")).toBe(fault.length + 1);
    expect(await load(page, `${server.other}/z.json`)).toBe("FETCH_FORBIDDEN");
  });
}

test("a service worker that answers scripts only", async ({ page, server }) => {
  server.answer(
    "/worker.js",
    `addEventListener("install", () => skipWaiting());
     addEventListener("activate", (event) => event.waitUntil(clients.claim()));
     addEventListener("fetch", (event) => {
       if (!event.request.url.includes("/kept/")) return;
       const headers = { "content-type": "text/javascript" };
       const script = event.request.destination === "script";
       event.respondWith(script ? new Response(${JSON.stringify(good)}, { headers }) : Response.error());
     });`,
  );
  await page.goto("/open.html");
  await page.evaluate(async () => {
    await navigator.serviceWorker.register("/worker.js");
    await new Promise((resolve) => {
      navigator.serviceWorker.addEventListener("controllerchange", resolve);
      if (navigator.serviceWorker.controller) resolve(undefined);
    });
  });
  server.answer("/x.js", `export { who } from "./kept/y.js";`);
  expect(await load(page, "/kept/y.js")).toBe("good");
  expect(await load(page, "/x.js")).toBe("good");
});
