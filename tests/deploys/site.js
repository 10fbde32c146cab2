// A site with two servers that deploys builds: each request is answered by one of them, at random.
import { readdir, readFile } from "node:fs/promises";
import { extname, join, relative } from "node:path";
import { serve } from "../../tools/serve.js";
import { random } from "../lazy/fault-server.js";

const types = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".wasm": "application/wasm",
  ".json": "application/json",
};

/**
 * The files of a build in memory, and those that a document asks for itself: no script can heal these.
 * @typedef {{ files: Map<string, Buffer>, started: Set<string> }} Build
 * @param {string} folder @returns {Promise<Build>}
 */
export async function readBuild(folder) {
  const { files } = JSON.parse(await readFile(join(folder, "apus-manifest.json"), "utf8"));
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((it) => it.isFile())
    .map((it) => relative(folder, join(it.parentPath ?? it.path, it.name)));
  const read = paths.map(async (path) => [`/${path}`, await readFile(join(folder, path))]);
  const started = new Set(Object.keys(files).filter((path) => files[path].entry));
  for (const path of started) {
    for (const next of [...(files[path].imports ?? []), ...(files[path].css ?? [])])
      started.add(next);
  }
  return {
    files: new Map(/** @type {any} */ (await Promise.all(read))),
    started: new Set([...started].map((path) => `/${path}`)),
  };
}

/**
 * @param {{ faults: number, cache?: string }} options `faults`: share of the requests that get 503;
 *   `cache`: Cache-Control of files whose names have a hash
 */
export async function deploySite({ faults, cache = "max-age=31536000, immutable" }) {
  /** @type {[number, Build][]} what each server has */
  let servers = [];
  let count = 0;
  /** @type {string[]} */
  const asked = [];
  const server = await serve({
    handle: (request, response, { pathname }) => {
      const seed = `${pathname} ${count++}`;
      asked.push(pathname);
      const path = extname(pathname) ? pathname : "/index.html";
      const lane = /lane=(\w+)/.exec(request.headers.cookie ?? "")?.[1] ?? "";
      let [number, build] = servers[Math.floor(random(seed) * servers.length)];
      const own = servers.find(([, { started }]) => started.has(path));
      if (own) [number, build] = own;
      const spared = own || path === "/index.html";
      const failed = !spared && random(`fault ${seed}`) < faults;
      let body = build.files.get(path);
      if (path === "/version.json") body = Buffer.from(String(number));
      if (path === "/index.html") {
        body = Buffer.from(String(body).replace("<html", `<html data-lane="${lane}"`));
      }
      const status = failed ? 503 : body ? 200 : 404;
      const fresh = /(html|version|manifest)/.test(path);
      response.writeHead(status, {
        "content-type": types[extname(path)] ?? "application/octet-stream",
        "cache-control": status > 200 ? "no-store" : fresh ? "no-cache" : cache,
      });
      response.end(status === 200 ? body : undefined);
      return true;
    },
  });
  return {
    url: server.url,
    close: server.close,
    /** Paths of all requests. */
    asked,
    /** @param {[number, Build][]} now a server each */
    deploy: (...now) => {
      servers = now;
    },
  };
}
