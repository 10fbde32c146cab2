// The site as files: every address that its documents name is one of them.
import assert from "node:assert/strict";
import { existsSync, statSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { references, topics } from "../../tools/docs/page.js";
import { buildSite } from "../../tools/docs/site.js";

test("a static copy of the site is complete", async () => {
  const folder = await mkdtemp(join(tmpdir(), "apus-site-"));
  try {
    const all = [...topics, ...references()];
    assert.equal(await buildSite(folder), all.length + 1);
    let links = 0;
    for (const [name] of all) {
      const html = await readFile(join(folder, "docs", name, "index.html"), "utf8");
      for (const [, path] of html.matchAll(/(?:href|src)="(\/[^"#?]*)/g)) {
        const file = join(folder, path);
        const found =
          existsSync(file) && statSync(file).isDirectory() ? join(file, "index.html") : file;
        assert.ok(existsSync(found), `${name}: ${path}`);
        links++;
      }
    }
    assert.ok(links > 1000, `${links}`);
    for (const path of ["llms.txt", "docs/search.json", "docs/cache.md", "apus/index.js"])
      assert.ok(existsSync(join(folder, path)), path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
