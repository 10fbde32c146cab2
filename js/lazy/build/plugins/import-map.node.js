// Node only.

/**
 * A page with an import map that holds the hashes of all modules of its build: browsers then check every
 * module that enters the page, whoever imports it. A map that the page has is completed.
 *
 * Chromium 127, Firefox 138 and Safari 18 check; others ignore the hashes.
 * @param {string} html
 * @param {{ files: Record<string, { kind?: string, integrity?: string }>, path: string, base: string, nonce?: string }} build
 *   `files` of the manifest; `path` of the page; `base` of its URLs, as Vite's; `nonce` of its scripts
 * @returns {string}
 */
export function withIntegrity(html, { files, path, base, nonce }) {
  const root = /^\.?$/.test(base) || base === "./" ? up(path) : base;
  const integrity = Object.fromEntries(
    Object.entries(files)
      .filter(([path, { kind, integrity }]) => /\.m?js$/.test(path) && !kind && integrity)
      .map(([path, file]) => [root + path, file.integrity]),
  );
  const present = /(<script\b[^>]*\btype=["']?importmap["']?[^>]*>)([\s\S]*?)(<\/script>)/i;
  if (present.test(html)) {
    return html.replace(present, (_, start, text, end) => {
      const map = JSON.parse(text);
      return `${start}${inline({ ...map, integrity: { ...integrity, ...map.integrity } })}${end}`;
    });
  }
  const attribute = nonce ? ` nonce="${nonce}"` : "";
  const script = `<script type="importmap"${attribute}>${inline({ integrity })}</script>`;
  // Before the first script and preload, which it is to check.
  return html.replace(/<(script|link|\/head)\b/i, (found) => `${script}\n${found}`);
}

/** The way from a page to the folder of its build. @param {string} path */
const up = (path) => "../".repeat(path.split("/").length - 1) || "./";

/** JSON that cannot end its script. @param {object} map */
const inline = (map) => JSON.stringify(map).replaceAll("<", "\\u003c");
