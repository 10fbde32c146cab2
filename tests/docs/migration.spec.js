// The examples of migration.md for React run as they stand: built with esbuild, in a page.
import { build } from "esbuild";
import { root } from "../../tools/run.js";
import { serve } from "../../tools/serve.js";
import { expect, test } from "../browser.js";
import { blocks, documents } from "./documents.js";

const document = documents.find(({ path }) => path.endsWith("/migration.md"));
const examples = document ? blocks(document, "jsx react") : [];

test("there are two examples for React", () => expect(examples.length).toBe(2));

for (const [index, code] of examples.entries()) {
  test(`React example ${index + 1} shows a list that scrolls`, async ({ page, problems }) => {
    const contents = `import { createRoot } from "react-dom/client";
      ${code}
      const people = Array.from({ length: 10_000 }, (_, i) => ({ name: "Person " + i }));
      createRoot(document.querySelector("main")).render(<People people={people} />);`;
    const { outputFiles } = await build({
      stdin: { contents, loader: "jsx", resolveDir: root },
      bundle: true,
      format: "esm",
      jsx: "automatic",
      external: ["apus/*"],
      define: { "process.env.NODE_ENV": '"production"' },
      write: false,
    });
    const script = outputFiles[0].text.replaceAll('"apus/define/', '"/apus/define/');
    const html = `<!doctype html><link rel="icon" href="data:,"><main></main><script type="module" src="/app.js"></script>`;
    const server = await serve({
      handle: (_request, response, { pathname }) => {
        const [type, body] =
          { "/": ["html", html], "/app.js": ["javascript", script] }[pathname] ?? [];
        if (body === undefined) return false;
        response.writeHead(200, { "content-type": `text/${type}` }).end(body);
        return true;
      },
    });
    await page.goto(server.url);
    const list = page.locator("apus-list");
    await expect(list.getByText("Person 0", { exact: true })).toBeVisible();
    await list.evaluate((element) => Reflect.get(element, "scrollToIndex").call(element, 5000));
    await expect(list.getByText("Person 5000")).toBeVisible();
    expect(problems).toEqual([]);
    await server.close();
  });
}
