// Light colours for code: comments, strings, keywords and numbers; nothing that needs a parser. The build
// uses it for the pages, the editor while someone types.

const script =
  /(\/\/.*|\/\*[\s\S]*?\*\/)|("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)|\b(async|await|break|case|catch|class|const|continue|default|delete|do|else|export|extends|finally|for|from|function|if|import|in|instanceof|let|new|of|return|static|switch|this|throw|try|typeof|var|while|yield|true|false|null|undefined)\b|\b(\d[\d_.]*(?:e\d+)?)\b/g;
const markup = /(<!--[\s\S]*?-->)|("[^"\n]*")|(<\/?[\w-]+|\/?>)/g;
const shell = /(#.*$)|("[^"\n]*")/gm;

/** @type {Record<string, RegExp>} */
const grammars = { js: script, jsx: script, ts: script, json: script, html: markup, vue: markup };
Object.assign(grammars, { svelte: markup, astro: markup, sh: shell });

const names = ["comment", "string", "keyword", "number"];

/** @param {string} text */
export const escaped = (text) => text.replace(/[&<>"]/g, (it) => `&#${it.charCodeAt(0)};`);

/**
 * @param {string} code @param {string} language of the block: js, html, …
 * @returns {string} HTML
 */
export function highlight(code, language) {
  const grammar = grammars[language];
  if (!grammar) return escaped(code);
  let html = "";
  let done = 0;
  for (const match of code.matchAll(grammar)) {
    const kind = names[match.slice(1).findIndex((group) => group !== undefined)];
    html += `${escaped(code.slice(done, match.index))}<span class="${kind}">${escaped(match[0])}</span>`;
    done = match.index + match[0].length;
  }
  return html + escaped(code.slice(done));
}
