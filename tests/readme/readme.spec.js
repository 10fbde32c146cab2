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
