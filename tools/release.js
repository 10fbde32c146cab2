// Makes the package that `npm publish` sends, and publishes nothing:
//
//   npm run release [-- --skip-tests]
//
// Refuses a tree with uncommitted changes, versions that differ and a version without a dated
// section in CHANGELOG.md. Runs `npm test`, builds dist/ twice in different folders and compares
// the bytes, packs to build/release/ and lists the package's content.
import { createHash } from "node:crypto";
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { must, root } from "./run.js";

/**
 * @typedef {object} Tree the input of a release
 * @property {string} status the output of `git status --porcelain`
 * @property {string} version of package.json
 * @property {string} lock package-lock.json
 * @property {string} cmake CMakeLists.txt
 * @property {string} changelog CHANGELOG.md
 */

/** @param {Tree} tree @returns {string[]} why there can be no release */
export function problems({ status, version, lock, cmake, changelog }) {
  const found = [];
  if (status.trim()) found.push(`the tree has uncommitted changes:\n${status.trimEnd()}`);
  const locked = JSON.parse(lock).version;
  if (locked !== version) found.push(`package-lock.json has version ${locked}, not ${version}`);
  const core = /^project\(apus VERSION (\S+)/m.exec(cmake)?.[1];
  if (core !== version) found.push(`CMakeLists.txt has version ${core}, not ${version}`);
  const heading = new RegExp(
    `^## ${version.replaceAll(".", "\\.")} \\(\\d{4}-\\d\\d-\\d\\d\\)$`,
    "m",
  );
  if (!heading.test(changelog)) {
    found.push(`CHANGELOG.md has no section "## ${version} (<year>-<month>-<day>)"`);
  }
  const [, waiting = ""] = /^## Unreleased\n([\s\S]*?)(?=^## |(?![\s\S]))/m.exec(changelog) ?? [];
  if (/^- /m.test(waiting)) found.push(`CHANGELOG.md still lists changes under "Unreleased"`);
  return found;
}

/** @returns {Promise<Tree>} that of this repository */
async function readTree() {
  const read = (/** @type {string} */ name) => readFile(join(root, name), "utf8");
  return {
    status: await must("git", ["status", "--porcelain"]),
    version: JSON.parse(await read("package.json")).version,
    lock: await read("package-lock.json"),
    cmake: await read("CMakeLists.txt"),
    changelog: await read("CHANGELOG.md"),
  };
}

/** @param {{ skipTests: boolean }} options */
async function release({ skipTests }) {
  const found = problems(await readTree());
  if (found.length) throw new Error(`No release: ${found.join("\n  and ")}`);
  const parts = skipTests ? ["setup", "build", "reproducible"] : [];
  const watch = (/** @type {string} */ text) => process.stdout.write(text);
  await must("node", ["tools/test.js", ...parts], { watch });
  const { status } = await readTree();
  if (status.trim()) throw new Error(`No release: the build changed the tree:\n${status}`);

  const folder = join(root, "build/release");
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  // The build above is the one that was tested and compared: prepack must not run another.
  const pack = ["pack", "--json", "--ignore-scripts", "--pack-destination", folder];
  const answer = JSON.parse(await must("npm", pack));
  const [{ filename, files, size }] = Array.isArray(answer) ? answer : Object.values(answer);
  const commit = (await must("git", ["rev-parse", "HEAD"])).trim();
  const tarball = await readFile(join(folder, filename));
  const hash = createHash("sha256").update(tarball).digest("hex");
  for (const { path, size } of files) console.log(`${String(size).padStart(9)}  ${path}`);
  console.log(`\n${files.length} files, ${Math.round(size / 1024)} KB: build/release/${filename}`);
  console.log(`commit  ${commit}\nsha256  ${hash}`);
  console.log(`\nPublish it with: npm publish build/release/${filename}`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const args = process.argv.slice(2);
  if (args.some((arg) => arg !== "--skip-tests")) {
    console.error("usage: npm run release [-- --skip-tests]");
    process.exit(2);
  }
  await release({ skipTests: args.includes("--skip-tests") }).catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
