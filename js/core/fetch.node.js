import { readFile } from "node:fs/promises";

/**
 * @param {URL | string} url
 * @returns {Promise<Response>}
 */
export async function fetchWasm(url) {
  const { href, protocol } = new URL(url);
  if (protocol !== "file:") return fetch(href);
  return new Response(await readFile(new URL(href)), {
    headers: { "content-type": "application/wasm" },
  });
}
