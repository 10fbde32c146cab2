// Turns demo/docs/<topic>.md into a page of the site.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { root } from "../run.js";
import { drawCharts } from "./charts.js";
import { entries } from "./entries.js";
import { readFigures } from "./figures.js";
import { render } from "./render.js";

/** File name and title. @type {[string, string][]} */
const titles = [
  ["getting-started", "Getting started"],
  ["bundlers", "Your bundler"],
  ["cache", "Cache"],
  ["store", "Store"],
  ["query", "TanStack Query"],
  ["list", "List"],
  ["lazy", "Lazy"],
  ["deploys", "Deploys"],
  ["manifest", "Manifest"],
  ["images", "Images"],
  ["sampler", "Sampler"],
  ["elements", "Elements"],
  ["languages", "Languages"],
  ["solid", "Solid"],
  ["lit", "Lit"],
  ["angular", "Angular"],
  ["react", "React"],
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
  ["migration", "Coming from other libraries"],
  ["errors", "Errors"],
  ["faq", "Questions"],
  ["performance", "Performance"],
  ["vue", "Vue"],
  ["svelte", "Svelte"],
  ["benchmarks", "Benchmarks"],
  ["browsers", "Browser support"],
  ["accessibility", "Accessibility"],
  ["how-it-works", "How it works"],
  ["configuration-and-csp", "Configuration and CSP"],
];

/** The navigation's groups, in order; a topic of no group is in the last. @type {[string, string[]][]} */
const groups = [
  ["Start", ["getting-started", "bundlers", "configuration-and-csp", "migration", "errors", "faq"]],
  ["Rooms", ["cache", "store", "list", "lazy", "sampler", "images", "elements"]],
  ["Frameworks", "react vue svelte solid lit angular query testing".split(" ")],
  ["Deploys and offline", ["deploys", "manifest", "offline", "outbox"]],
  ["Server", ["levels", "live", "gateway", "tables", "pages", "sync"]],
  ["Quantum", ["quantum", "quantum-algorithms"]],
  ["About", ["performance", "benchmarks", "browsers", "accessibility", "how-it-works"]],
];

/** @returns {[string, [string, string][]][]} the groups that have topics, with these in order */
function grouped() {
  const place = (/** @type {string} */ name) => {
    const at = groups.findIndex(([, names]) => names.includes(name));
    return at < 0 ? groups.length - 1 : at;
  };
  return groups.map(([title, names], at) => {
    const own = titles.filter(([name]) => place(name) === at);
    const rank = (/** @type {string} */ name) => (names.indexOf(name) + 1 || names.length + 1) - 1;
    return [title, own.sort(([a], [b]) => rank(a) - rank(b))];
  });
}

/** In the order in which the navigation shows them. @type {[string, string][]} */
export const topics = grouped().flatMap(([, pages]) => pages);

/** The API's pages, which the build writes (tools/docs/api.js). @returns {[string, string][]} */
export const references = () => entries().map(({ name, slug }) => [`api/${slug}`, name]);

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
  return page(topic, text.includes("<!-- chart ") ? drawCharts(text, await readFigures()) : text);
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
    <script type="module" src="/docs/search.js"></script>${
      body.includes('<figure class="live">')
        ? '\n    <script type="module" src="/docs/run/live.js"></script>'
        : ""
    }
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
    <dialog id="search" aria-label="Search the documentation">
      <input type="text" enterkeyhint="go" role="combobox" aria-label="Search" aria-autocomplete="list" aria-expanded="false"
        aria-controls="results" autocomplete="off" spellcheck="false" placeholder="Search the documentation" />
      <div id="results" role="listbox" aria-label="Results"></div>
      <p role="status"></p>
    </dialog>
    <div class="docs">
      <div class="bar">
        <button type="button" class="menu" popovertarget="topics">Documentation</button>
        <button type="button" id="search-button" hidden>Search <kbd>/</kbd></button>
      </div>
      <nav class="topics" id="topics" popover aria-label="Documentation">
        <button type="button" class="plain" popovertarget="topics">Close</button>
        ${grouped()
          .filter(([, pages]) => pages.length)
          .map(([title, pages]) => `<p>${title}</p>${list(pages)}`)
          .join("\n        ")}
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
