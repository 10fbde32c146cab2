// What `npm run stranger` reads from getting-started.md. The tool itself installs packages, and runs on demand.
import assert from "node:assert/strict";
import { test } from "node:test";
import { read } from "../../tools/fixtures/stranger.js";
import { documents } from "./documents.js";

test("the first page is commands and files only, with a test", () => {
  const page = documents.find(({ path }) => path.endsWith("/getting-started.md"));
  const { steps, spec } = read(page?.text ?? "");
  const commands = steps.flatMap((step) => ("command" in step ? [step.command] : []));
  const files = steps.flatMap((step) => ("file" in step ? [step.file] : []));
  assert.ok(commands.includes("npm install apus"), "it is replaced by the tarball");
  assert.ok(commands.some((line) => line.startsWith("npx vite build")));
  assert.deepEqual(files, ["index.html", "main.js"]);
  assert.match(spec, /page\.reload\(\)/);
});

test("prose and other blocks are no steps", () => {
  const text = "Run `rm -rf /`.\n\n```js page\nalert(1);\n```\n\n```sh\nmkdir a\ncd a\n```\n";
  assert.deepEqual(read(text), {
    steps: [{ command: "mkdir a" }, { command: "cd a" }],
    spec: "",
  });
});
