// Deltas between builds (RFC 9842, Compression Dictionary Transport): a browser that has a file of the
// last build gets what changed in the next one.
import { execFile } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import zlib from "node:zlib";

/** A name with the hash of its content, as bundlers write it: `chart-3fd1a0b2.js`. */
const hashed = /^(.*[-.])[\w-]{8}(\.(?:js|css|wasm|json))$/;

/** RFC 9842, 5: what comes before the dictionary's hash in a body of the encoding `dcz`. */
const MAGIC = Buffer.from([0x5e, 0x2a, 0x4d, 0x18, 0x20, 0, 0, 0]);

/** Bytes of old files to remember. */
const ROOM = 64 << 20;

/** Files that were sent, by the base64 of their SHA-256, the oldest first. @type {Map<string, Buffer>} */
const known = new Map();
let bytes = 0;

/** Deltas that were made. @type {Map<string, Promise<Buffer | undefined>>} */
const deltas = new Map();

/**
 * Remembers a file that is sent, so that it can be the dictionary of a later one.
 * @param {string} pathname of its URL @param {Buffer} body without any encoding
 * @returns {Record<string, string>} headers: for files without a hash in their name none, because browsers
 *   use only what they may keep
 */
export function asDictionary(pathname, body) {
  const [, start, end] = hashed.exec(pathname) ?? [];
  if (!start) return {};
  const hash = sha256(body).toString("base64");
  if (!known.has(hash)) {
    known.set(hash, body);
    bytes += body.length;
    for (const [old, { length }] of known) {
      if (bytes <= ROOM) break;
      known.delete(old);
      bytes -= length;
    }
  }
  return {
    "cache-control": "max-age=31536000, immutable",
    "use-as-dictionary": `match="${start.replace(/[\\"(){}:*?+]/g, "\\$&")}*${end}"`,
  };
}

/**
 * What changed in a file since the version that the browser has.
 * @param {import("node:http").IncomingHttpHeaders} headers of the request @param {Buffer} body
 * @returns {Promise<Buffer | undefined>} the body in the encoding `dcz`; `undefined` when the browser has
 *   no version that the server knows, or nothing here compresses with Zstandard
 */
export async function deltaFor(headers, body) {
  const { "available-dictionary": available = "", "accept-encoding": accepted = "" } = headers;
  const [, hash] = /^:([\w+/=]+):$/.exec(String(available)) ?? [];
  const dictionary = hash && /\bdcz\b/.test(String(accepted)) && known.get(hash);
  if (!dictionary) return undefined;
  const key = `${hash} ${sha256(body).toString("base64")}`;
  const made = deltas.get(key) ?? compressed(body, dictionary).catch(() => undefined);
  if (deltas.size === 1000) deltas.clear();
  deltas.set(key, made);
  const frame = await made;
  return frame && Buffer.concat([MAGIC, sha256(dictionary), frame]);
}

/** @param {Buffer} body @param {Buffer} dictionary @returns {Promise<Buffer>} a frame of Zstandard */
async function compressed(body, dictionary) {
  // Since Node 24.6 and 22.19. The command does the same.
  const { zstdCompress, constants } = /** @type {any} */ (zlib);
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (zstdCompress && (major > 24 || (major === 24 && minor >= 6))) {
    const params = { [constants.ZSTD_c_compressionLevel]: 19 };
    return promisify(zstdCompress)(body, { params, dictionary });
  }
  const file = join(tmpdir(), `apus-dictionary-${randomUUID()}`);
  await writeFile(file, dictionary);
  try {
    const run = promisify(execFile)(
      "zstd",
      ["-19", "-c", "--no-check", `--stream-size=${body.length}`, `--patch-from=${file}`],
      {
        encoding: "buffer",
        maxBuffer: 1 << 30,
      },
    );
    run.child.stdin?.end(body);
    return (await run).stdout;
  } finally {
    await rm(file, { force: true });
  }
}

/** @param {Buffer} body */
const sha256 = (body) => createHash("sha256").update(body).digest();
