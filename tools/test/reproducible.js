import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { modules } from "../build.js";
import { root, run } from "../run.js";

/** Modules that are compiled again: in CI one with our own code alone. Of the rest it is enough that no path is in them. */
const COMPILED = process.env.CI ? ["list"] : modules.filter((name) => name !== "store");
/** Parts of the build whose files could contain the path of the folder. */
const PARTS = ["js", "types", "manifest", "notices"];

/**
 * Builds a copy in another folder with the same tools and compares dist/ byte by byte.
 * @returns {Promise<{ passed: number, failed: number, output: string }>}
 */
export async function reproducible() {
  const copy = await mkdtemp(join(tmpdir(), "apus-elsewhere-"));
  try {
    const { output } = await run("git", ["ls-files", "--cached", "--others", "--exclude-standard"]);
    for (const file of output.trim().split("\n")) {
      await cp(join(root, file), join(copy, file)).catch(() => {}); // it was deleted
    }
    await symlink(join(root, ".toolchain"), join(copy, ".toolchain"));
    // Bundled packages must be in the copy; tools may be elsewhere.
    const { dependencies } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
    await mkdir(join(copy, "node_modules"));
    for (const name of await readdir(join(root, "node_modules"))) {
      const [from, to] = [root, copy].map((folder) => join(folder, "node_modules", name));
      await (dependencies[name] ? cp(from, to, { recursive: true }) : symlink(from, to));
    }
    const built = "build/wasm/modules";
    for (const name of await readdir(join(root, built))) {
      const [, module] = /^apus-(\w+)\./.exec(name) ?? [];
      if (!module || COMPILED.includes(module)) continue;
      await cp(join(root, built, name), join(copy, built, name));
    }
    await writeFile(
      join(copy, "build-elsewhere.js"),
      `import { build, buildWasm } from "./tools/build.js";
       await buildWasm(${JSON.stringify(COMPILED)});
       await build(${JSON.stringify(PARTS)});`,
    );
    const { code, output: log } = await run("node", ["build-elsewhere.js"], { cwd: copy });
    if (code !== 0) return { passed: 0, failed: 1, output: log };
    const differing = await compare(join(root, "dist"), join(copy, "dist"));
    return {
      passed: differing.length ? 0 : 1,
      failed: differing.length,
      output: differing.join("\n"),
    };
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

/** @param {string} here @param {string} there @returns {Promise<string[]>} the differences */
async function compare(here, there) {
  const list = async (/** @type {string} */ folder) =>
    (await readdir(folder, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(folder.length + 1));
  const names = new Set([...(await list(here)), ...(await list(there))]);
  const differing = [];
  for (const name of [...names].sort()) {
    const [a, b] = await Promise.all(
      [here, there].map((folder) => readFile(join(folder, name)).catch(() => undefined)),
    );
    if (!a || !b) differing.push(`dist/${name} exists in one folder only`);
    else if (!a.equals(b)) differing.push(`dist/${name} differs if it is built elsewhere`);
    else if (a.includes(root)) differing.push(`dist/${name} contains the path of its folder`);
  }
  return differing;
}
