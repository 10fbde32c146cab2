// The README's examples for pages and for Playwright, run as they stand.
import { serve } from "../../tools/serve.js";
import { expect, test } from "../browser.js";
import { blocks } from "./readme.js";

test("the page example works, driven by the Playwright example", async ({ page, problems }) => {
  const [html] = blocks("html");
  const [script] = blocks("js page");
  const [spec] = blocks("js playwright");
  const server = await serve({
    handle: (_request, response, { pathname }) => {
      const answer = {
        "/people.html": ["text/html", `<!doctype html><link rel="icon" href="data:,">${html}`],
        "/app.js": ["text/javascript", script],
      }[pathname];
      if (!answer) return false;
      response.writeHead(200, { "content-type": answer[0] }).end(answer[1]);
      return true;
    },
  });
  // The example's test body, with its page.goto() going to this server.
  const body = /async \(\{ page \}\) => \{\n([\s\S]*)\n\}\);/.exec(spec)?.[1];
  expect(body).toBeTruthy();
  const AsyncFunction = (async () => {}).constructor;
  const run = AsyncFunction(
    "page",
    "expect",
    body?.replace('"/people.html"', `"${server.url}/people.html"`),
  );
  await run(page, expect);
  await server.close();
  expect(problems).toEqual([]);
});

// Every name that the examples fetch, answered in its kind.
const files = {
  js: ["text/javascript", "export default 1;"],
  wasm: ["application/wasm", Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0])],
  json: ["application/json", "{}"],
  css: ["text/css", ""],
};

for (const [index, code] of blocks("js browser").entries()) {
  const title = /^import .*?"(apus[^"]*)"/m.exec(code)?.[1];
  test(`browser example ${index + 1} (${title}) runs`, async ({ page, problems }) => {
    const rooms = ["", "/cache", "/list", "/lazy", "/sampler"];
    const imports = {
      ...Object.fromEntries(rooms.map((room) => [`apus${room}`, "/apus/index.js"])),
      ...Object.fromEntries(
        ["", ...rooms.slice(1)].map((room) => [`apus/define${room}.js`, `/apus/define${room}.js`]),
      ),
    };
    const server = await serve({
      handle: (_request, response, { pathname }) => {
        if (pathname.startsWith("/apus/")) return false;
        if (pathname === "/") {
          response.writeHead(200, { "content-type": "text/html" });
          response.end(
            `<!doctype html><link rel="icon" href="data:,"><button id="help">Help</button>
            <script type="importmap">${JSON.stringify({ imports })}</script>
            <script type="module" src="/example.js"></script>`,
          );
          return true;
        }
        const [type, body] =
          pathname === "/example.js"
            ? ["text/javascript", `${code}\ndocument.title = "done";`]
            : (files[pathname.split(".").pop() ?? ""] ?? ["text/plain", "ok"]);
        response.writeHead(200, { "content-type": type, "cache-control": "max-age=60" }).end(body);
        return true;
      },
    });
    await page.goto(server.url);
    await expect(page).toHaveTitle("done");
    await server.close();
    expect(problems).toEqual([]);
  });
}
