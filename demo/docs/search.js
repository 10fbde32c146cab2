// The documentation's search: a dialog with a combobox, opened by its button or "/". The index loads when
// it first opens.

/** @typedef {[title: string, address: string, heading: string, text: string, words: string]} Section */

const MOST = 12;
const button = /** @type {HTMLButtonElement} */ (document.querySelector("#search-button"));
const dialog = /** @type {HTMLDialogElement} */ (document.querySelector("#search"));
const input = /** @type {HTMLInputElement} */ (dialog.querySelector("input"));
const list = /** @type {HTMLElement} */ (dialog.querySelector("[role=listbox]"));
const told = /** @type {HTMLElement} */ (dialog.querySelector("[role=status]"));

/** @type {Promise<Section[]> | undefined} */
let index;
let active = -1;

button.hidden = false;
button.addEventListener("click", open);
dialog.addEventListener("click", ({ target }) => {
  if (target === dialog) dialog.close(); // its backdrop
});
addEventListener("keydown", (event) => {
  const typing = /** @type {HTMLElement} */ (event.target).closest?.(
    "input, textarea, select, [contenteditable]",
  );
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  open();
});
input.addEventListener("input", show);
input.addEventListener("keydown", (event) => {
  const { length } = list.children;
  if (event.key === "ArrowDown") activate((active + 1) % length);
  else if (event.key === "ArrowUp") activate((Math.max(active, 0) + length - 1) % length);
  else if (event.key === "Enter") /** @type {HTMLElement} */ (list.children[active])?.click();
  else return;
  event.preventDefault();
});
list.addEventListener("click", () => dialog.close());

function open() {
  if (dialog.open) return;
  dialog.showModal();
  input.select();
  show();
}

/** @returns {Promise<Section[]>} */
async function load() {
  try {
    const answer = await fetch("/docs/search.json");
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    return await answer.json();
  } catch (error) {
    index = undefined; // the next try asks again
    throw error;
  }
}

async function show() {
  const query = input.value;
  /** @type {Section[]} */
  let all;
  try {
    index ??= load();
    all = await index;
  } catch {
    told.textContent = "The index could not be loaded. Type again to try again.";
    return;
  }
  if (query !== input.value) return;
  const words = query.toLowerCase().match(/[\p{L}\p{N}_-]+/gu) ?? [];
  const found = words.length ? search(all, words) : [];
  list.replaceChildren(...found.map(option));
  input.setAttribute("aria-expanded", String(found.length > 0));
  told.textContent = !words.length
    ? "Type a word: a method, an option, an error's code"
    : found.length
      ? `${found.length} ${found.length === 1 ? "result" : "results"}`
      : `Nothing has “${query.trim()}”`;
  activate(found.length ? 0 : -1);
}

/** The best sections that have all words. @param {Section[]} all @param {string[]} words */
function search(all, words) {
  /** @type {{ section: Section, score: number }[]} */
  const found = [];
  for (const section of all) {
    let score = 0;
    for (const word of words) {
      const points = rate(section, word);
      if (points === 0) {
        score = 0;
        break;
      }
      score += points;
    }
    if (score > 0) found.push({ section, score });
  }
  return found
    .sort((a, b) => b.score - a.score)
    .slice(0, MOST)
    .map(({ section }) => section);
}

/** @param {Section} section @param {string} word */
function rate([title, address, heading, text, words], word) {
  const name = (heading || title).toLowerCase();
  const own = address.startsWith("/docs/api") ? 0 : 1; // a guide before a reference
  if (name === word) return 30 + own;
  if (name.split(/[^\p{L}\p{N}_]+/u).includes(word)) return 20 + own;
  if (name.includes(word)) return 12 + own;
  if (title.toLowerCase().includes(word)) return 6 + own;
  if (text.toLowerCase().includes(word)) return 3 + own;
  return words.includes(word) ? 1 + own : 0;
}

/** @param {Section} section @param {number} number */
function option([title, address, heading, text], number) {
  const link = document.createElement("a");
  link.id = `result-${number}`;
  link.role = "option";
  link.href = address;
  link.tabIndex = -1;
  const name = document.createElement("b");
  name.textContent = heading || title;
  const place = document.createElement("small");
  place.textContent = heading ? title : "";
  const line = document.createElement("p");
  line.textContent = text;
  link.append(name, " ", place, line);
  return link;
}

/** @param {number} number of the option that Enter opens; -1 for none */
function activate(number) {
  active = Number.isNaN(number) ? -1 : number;
  for (const it of list.children)
    it.setAttribute("aria-selected", String(it === list.children[active]));
  list.children[active]?.scrollIntoView({ block: "nearest" });
  if (active < 0) input.removeAttribute("aria-activedescendant");
  else input.setAttribute("aria-activedescendant", `result-${active}`);
}
