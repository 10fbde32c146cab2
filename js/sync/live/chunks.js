import { checkStatus, Transport } from "../transport.js";
import { decode } from "./frames.js";

/** Events of a chunk. */
const CHUNK = 128;

/**
 * @typedef {object} ChunkSource
 * @property {string} url the gateway's base
 * @property {typeof fetch} [fetch]
 * @property {() => string | null | undefined | Promise<string | null | undefined>} token
 */

/**
 * Reads chunks of a stream, which caches keep, until it is near its end, a chunk is missing, or the
 * gateway fails: the rest is asked for.
 * @param {ChunkSource} source
 * @param {{ channel: string, position: import("../position.js").Position | undefined }} stream
 * @param {number} until an offset
 * @param {(epoch: number, prev: number, last: number, events: any[]) => boolean} take false: stop
 * @returns {Promise<void>} never rejects
 */
export async function readChunks({ url, fetch, token }, stream, until, take) {
  try {
    const bearer = await token();
    const headers = bearer ? { authorization: `Bearer ${bearer}` } : undefined;
    const transport = new Transport(url, fetch);
    for (;;) {
      const { epoch, offset } = /** @type {import("../position.js").Position} */ (stream.position);
      if (offset >= until) return;
      const n = Math.floor((offset + 1) / CHUNK);
      const path = `channel/${encodeURIComponent(stream.channel)}/${epoch}/${n}`;
      const [[, , its, prev, last, events]] = await transport.ask(path, { headers }, async (it) => {
        checkStatus(it);
        const json = /json/.test(it.headers.get("content-type") ?? "");
        return /** @type {any} */ (decode(json ? await it.text() : await it.arrayBuffer()));
      });
      if (its !== epoch || prev > offset || last <= offset) return;
      if (!take(epoch, prev, last, events)) return;
    }
  } catch {
    // Chunks only spare the gateway work.
  }
}
