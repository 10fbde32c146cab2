// Markdown of demo/docs as HTML: headings that are links, tables that a phone can show, codes of errors
// that lead to their paragraph.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Marked } from "marked";
import { escaped, highlight } from "../../demo/docs/run/highlight.js";
import { root } from "../run.js";

/**
 * @param {string} text Markdown
 * @returns {{ body: string, sections: { id: string, html: string }[] }}
 */
export function render(text) {
  /** @type {{ id: string, html: string }[]} */
  const sections = [];
  let links = 0; // around the text at hand: a code in a link is not another link
  const marked = new Marked();
  marked.use({
    renderer: {
      heading({ tokens, depth, text }) {
        links++;
        const html = this.parser.parseInline(tokens);
        links--;
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
        links++;
        const html = this.parser.parseInline(tokens);
        links--;
        return `<a href="${href.replace(/^([\w-]+)\.md/, "/docs/$1")}">${html}</a>`;
      },
      codespan({ text }) {
        const html = `<code>${escaped(text)}</code>`;
        if (links || !codes().has(text)) return html;
        return `<a href="/docs/errors#${anchor(text)}">${html}</a>`;
      },
      code({ text, lang = "" }) {
        const [language, ...words] = lang.split(" ");
        const pre = `<pre><code class="language-${language}">${highlight(text, language)}\n</code></pre>\n`;
        if (words.includes("live")) return `<figure class="live">${pre}</figure>\n`;
        const name = words.includes("before") ? "Before" : fileOf(words);
        if (!name) return pre;
        return `<figure class="file"><figcaption>${escaped(name)}</figcaption>${pre}</figure>\n`;
      },
    },
    hooks: {
      postprocess: (html) => paired(html).replaceAll("<pre>", '<pre tabindex="0">'),
    },
  });
  return { body: /** @type {string} */ (marked.parse(text)), sections };
}

/** Code before a change and the block that follows it stand side by side. @param {string} html */
const paired = (html) =>
  html.replace(
    /(<figure class="file"><figcaption>Before<[\s\S]*?<\/figure>\n)(<pre>[\s\S]*?<\/pre>\n)/g,
    '<div class="pair">$1<figure class="file"><figcaption>With Apus</figcaption>$2</figure></div>\n',
  );

/** The file that a block of code is, for its reader. @param {string[]} words of its info string */
function fileOf(words) {
  const said = words.find((word) => /^[\w./-]+\.\w+$/.test(word));
  return said ?? words.find((word) => word.startsWith("file="))?.replace(/^.*\//, "");
}

/** @type {Set<string> | undefined} */
let known;

/** The codes of errors that have a paragraph: the headings of errors.md. */
export function codes() {
  if (known) return known;
  const text = readFileSync(join(root, "demo/docs/errors.md"), "utf8");
  known = new Set([...text.matchAll(/^### (\w+)$/gm)].map(([, code]) => code));
  return known;
}

/** As GitHub makes them, so that a link works in both places. @param {string} heading */
export function anchor(heading) {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replace(/\s/g, "-");
}
