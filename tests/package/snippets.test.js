// The examples of the documents for frameworks, as a user's TypeScript compiles them.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { bin, root } from "../../tools/run.js";
import { blocks, documents } from "../docs/documents.js";

const kinds = { solid: "tsx", lit: "ts", angular: "ts" };

for (const [name, kind] of Object.entries(kinds)) {
  test(`${name}.md: its examples compile`, () => {
    const document = documents.find(({ path }) => path.endsWith(`/${name}.md`));
    const examples = blocks(document, kind);
    assert.ok(examples.length > 0);
    const folder = `${root}build/snippets/${name}`;
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const [i, code] of examples.entries())
      writeFileSync(`${folder}/example-${i + 1}.${kind}`, `${code}\nexport {};\n`);
    if (name === "angular")
      cpSync(`${root}tests/package/consumer/angular.d.ts`, `${folder}/angular.d.ts`);
    const jsx = { jsx: "preserve", jsxImportSource: "solid-js" };
    // Lit and Angular compile decorators their own way.
    const options = { ...jsx, experimentalDecorators: true, useDefineForClassFields: false };
    writeFileSync(
      `${folder}/tsconfig.json`,
      JSON.stringify({
        extends: "../../../tests/package/consumer/tsconfig.json",
        compilerOptions: { ...options, skipLibCheck: true },
        files: [],
        include: ["*"],
      }),
    );
    const { stdout } = spawnSync(bin("tsc"), ["-p", folder], { cwd: root, encoding: "utf8" });
    assert.equal(stdout, "");
  });
}
