// Node only: what belongs to what in a build, for every bundler by the same rules.

/** @typedef {import("./manifest.node.js").Built} Built */

/** Names of files in a text, and texts in quotes that may be names of the manifest. */
const words = /[^\s"'`()\\/?#=,;:<>]+\.\w+/g;
const quoted = /(["'`])([^"'`\n]{1,200}\.\w+)\1/g;

/** Files whose text names others. */
const readable = /\.(m?js|css)$/;

/** Neither documents nor maps belong to a route. */
const outside = /\.(html?|map|txt\.LICENSE|LICENSE\.txt)$/;

/**
 * Completes the files of a build: bundlers know imports, and some of them sheets and assets. The names
 * of files that no bundler reports stand in the text of the files that use them, and names of the
 * manifest where `lazy()` gets them. Left out are files that nothing names.
 * @param {Built[]} built
 * @returns {(Required<Pick<Built, "imports" | "dynamic" | "css" | "assets">> & Built & { singleton: boolean })[]}
 *   by path
 */
export function belongings(built) {
  const all = built.filter(({ path }) => !outside.test(path));
  const paths = new Map(all.map((file) => [file.path, file]));
  const names = new Map(all.flatMap((file) => (file.name ? [[file.name, file]] : [])));
  /** @type {Map<string, Built[]>} by the last part of the path */
  const ends = new Map();
  for (const file of all) {
    const end = file.path.slice(file.path.lastIndexOf("/") + 1);
    ends.set(end, [...(ends.get(end) ?? []), file]);
  }
  const within = (/** @type {string[]} */ list = []) => list.filter((path) => paths.has(path));
  const files = all.map((file) => {
    const { path, imports, dynamic, css, assets } = file;
    const known = new Set([path, ...(imports ?? []), ...(dynamic ?? []), ...(css ?? [])]);
    const found = { assets: new Set(assets), dynamic: new Set(dynamic) };
    const text = readable.test(path) ? String(Buffer.from(file.content)) : "";
    for (const [word] of text.matchAll(words)) {
      for (const other of ends.get(word) ?? []) {
        // A bundler reports modules, and lists of what to preload name them as well.
        const reported = other.imports || (css && other.path.endsWith(".css"));
        if (!reported && !known.has(other.path)) found.assets.add(other.path);
      }
    }
    for (const [, , name] of text.matchAll(quoted)) {
      const other = names.get(name);
      if (!other || known.has(other.path)) continue;
      if (other.kind === "worker") found.assets.add(other.path);
      else if (!other.name?.endsWith(".html")) found.dynamic.add(other.path);
    }
    return {
      ...file,
      imports: within(imports),
      dynamic: within([...found.dynamic]),
      css: within(css),
      assets: within([...found.assets]),
      singleton: false,
    };
  });
  const asked = new Set(files.flatMap(({ dynamic }) => dynamic));
  for (const file of files) file.entry &&= file.kind !== "worker" && !asked.has(file.path);
  shared(files);
  const used = new Set(files.flatMap((it) => [...it.css, ...it.assets]));
  return files
    .filter(({ path, imports }) => paths.get(path)?.imports || imports.length || used.has(path))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/**
 * Marks the files whose state a page shares: entries, what they import, and what several files import.
 * Workers have instances of their own.
 * @param {ReturnType<typeof belongings>} files
 */
function shared(files) {
  const byPath = new Map(files.map((file) => [file.path, file]));
  /** @param {string} path */
  const reach = (path, seen = new Set([path])) => {
    for (const at of seen) for (const next of byPath.get(at)?.imports ?? []) seen.add(next);
    return seen;
  };
  const workers = new Set(
    files.filter(({ kind }) => kind === "worker").flatMap(({ path }) => [...reach(path)]),
  );
  /** @type {Map<string, number>} */
  const importers = new Map();
  for (const { path, imports } of files) {
    if (workers.has(path)) continue;
    for (const next of imports) importers.set(next, (importers.get(next) ?? 0) + 1);
  }
  const entries = files.filter(({ entry }) => entry);
  const started = new Set(entries.flatMap(({ path }) => [...reach(path)]));
  for (const file of files) {
    file.singleton = started.has(file.path) || (importers.get(file.path) ?? 0) > 1;
  }
}
