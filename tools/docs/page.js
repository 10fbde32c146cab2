// Turns demo/docs/<topic>.md into a page of the site.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Marked } from "marked";
import { root } from "../run.js";
import { entries } from "./entries.js";

/** In the order in which the navigation shows them: file name and title. @type {[string, string][]} */
export const topics = [
  ["getting-started", "Getting started"],
  ["cache", "Cache"],
  ["store", "Store"],
  ["list", "List"],
  ["lazy", "Lazy"],
  ["deploys", "Deploys"],
  ["manifest", "Manifest"],
  ["images", "Images"],
  ["sampler", "Sampler"],
  ["elements", "Elements"],
  ["testing", "Testing"],
  ["levels", "Levels"],
  ["live", "Live"],
  ["offline", "Offline"],
  ["outbox", "Outbox"],
  ["gateway", "Gateway"],
  ["tables", "Tables"],
  ["pages", "Pages"],
  ["sync", "Sync"],
  ["quantum", "Quantum"],
  ["quantum-algorithms", "Quantum algorithms"],
  ["benchmarks", "Benchmarks"],
  ["how-it-works", "How it works"],
  ["configuration-and-csp", "Configuration and CSP"],
];

/** The API's pages, which the build writes (tools/docs/api.js). @returns {[string, string][]} */
const references = () => entries().map(({ name, slug }) => [`api/${slug}`, name]);

/**
 * @param {string} pathname e.g. "/docs/", "/docs/cache" or "/docs/api/cache"
 * @returns {Promise<string | undefined>} the page's HTML; undefined when there is no such topic
 */
export async function docsPage(pathname) {
  const path = pathname.replace(/^\/docs\/?/, "").replace(/^api\/?$/, "api/apus");
  const name = path || topics[0][0];
  const topic = [...topics, ...references()].find(([file]) => file === name);
  if (!topic) return undefined;
  const folder = name.startsWith("api/") ? "demo/data" : "demo/docs";
  const text = await readFile(join(root, folder, `${name}.md`), "utf8");
  return page(topic, text);
}

/** @param {[string, string]} topic @param {string} text */
function page([name, title], text) {
  const { body, sections } = render(text);
  const all = [...topics, ...references()];
  const at = all.findIndex(([file]) => file === name);
  const [before, after] = [all[at - 1], all[at + 1]];
  const link = ([file, label], rel = "") => `<a href="/docs/${file}"${rel}>${label}</a>`;
  const list = (/** @type {[string, string][]} */ pages) =>
    `<ul>${pages
      .map((it) => `<li>${link(it, it[0] === name ? ' aria-current="page"' : "")}</li>`)
      .join("")}</ul>`;
  const reference = all.find(([file]) => file === `api/${name}`);
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>${title} · Apus</title>
    <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
    <link rel="stylesheet" href="/site.css" />
    <link rel="stylesheet" href="/docs/docs.css" />
  </head>
  <body>
    <a class="skip" href="#main">Skip to the content</a>
    <header class="site">
      <a class="logo" href="/"><img src="/favicon.svg" width="28" height="28" alt="" />Apus</a>
      <nav aria-label="Pages">
        <a href="/atlas/">Atlas</a>
        <a href="/hundred-million/">Hundred million</a>
        <a href="/levels/">Levels</a>
        <a href="/live/">Live</a>
        <a href="/docs/" aria-current="true">Docs</a>
      </nav>
    </header>
    <div class="docs">
      <div class="bar"><button type="button" class="menu" popovertarget="topics">Documentation</button></div>
      <nav class="topics" id="topics" popover aria-label="Documentation">
        <button type="button" class="plain" popovertarget="topics">Close</button>
        ${list(topics)}
        <p>API</p>
        ${list(references())}
      </nav>
      <main id="main"${name.startsWith("api/") ? ' class="api"' : ""}>${body}
        ${reference ? `<p class="reference">Every method, option and type: ${link(reference)}</p>` : ""}
        <nav class="turn" aria-label="Previous and next page">
          ${before ? link(before, ' rel="prev"') : "<span></span>"}${after ? link(after, ' rel="next"') : ""}
        </nav>
      </main>
      <nav class="sections" aria-label="On this page">
        <ul>${sections.map(({ id, html }) => `<li><a href="#${id}">${html}</a></li>`).join("")}</ul>
      </nav>
    </div>
  </body>
</html>
`;
}

/**
 * @param {string} text Markdown
 * @returns {{ body: string, sections: { id: string, html: string }[] }}
 */
export function render(text) {
  /** @type {{ id: string, html: string }[]} */
  const sections = [];
  const marked = new Marked();
  marked.use({
    renderer: {
      heading({ tokens, depth, text }) {
        const html = this.parser.parseInline(tokens);
        const id = anchor(text);
        if (depth === 2) sections.push({ id, html });
        return depth === 1
          ? `<h1>${html}</h1>\n`
          : `<h${depth} id="${id}"><a href="#${id}">${html}</a></h${depth}>\n`;
      },
      table({ header, rows }) {
        // On a phone the cells of a row stand below each other: each repeats its column's name.
        const labelled = header.length > 2 && !header.some(({ align }) => align);
        const cells = (/** @type {typeof header} */ row, tag = "td") =>
          row.map(({ tokens, align }, column) => {
            const html = this.parser.parseInline(tokens);
            if (tag === "th" && !html) return "<td></td>";
            const label = labelled && tag === "td" && column > 0;
            const name = label ? ` data-label="${header[column].text}"` : "";
            return `<${tag}${align ? ` align="${align}"` : ""}${name}>${html}</${tag}>`;
          });
        const line = (/** @type {string[]} */ cells) => `<tr>${cells.join("")}</tr>`;
        // A wide table scrolls by itself instead of the page.
        return `<div class="wide" tabindex="0" role="group" aria-label="Table"><table>
<thead>${line(cells(header, "th"))}</thead>
<tbody>${rows.map((row) => line(cells(row))).join("\n")}</tbody>
</table></div>\n`;
      },
      link({ href, tokens }) {
        return `<a href="${href.replace(/^([\w-]+)\.md/, "/docs/$1")}">${this.parser.parseInline(tokens)}</a>`;
      },
    },
    hooks: {
      postprocess: (html) => html.replaceAll("<pre>", '<pre tabindex="0">'),
    },
  });
  return { body: /** @type {string} */ (marked.parse(text)), sections };
}

/** As GitHub makes them, so that a link works in both places. @param {string} heading */
export function anchor(heading) {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replace(/\s/g, "-");
}
