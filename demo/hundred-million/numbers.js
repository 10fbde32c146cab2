import { factors } from "./factors.js";

const most = 100_000_000;
const text = new Intl.NumberFormat("en");

/**
 * Every number up to a hundred million. Nothing is stored: the source computes
 * the requested rows.
 * @param {import("../../js/elements/list/apus-list.js").ApusList<number>} list @param {HTMLFormElement} form @param {HTMLElement} where
 */
export function numbers(list, form, where) {
  list.renderItem = render;
  list.source = {
    length: most,
    getRange: (start, end) => Array.from({ length: end - start }, (_, at) => start + at + 1),
  };
  list.addEventListener("rangechange", (event) => {
    const { detail } = /** @type {CustomEvent} */ (event);
    const seen = `${text.format(detail.first + 1)} to ${text.format(detail.last + 1)}`;
    where.textContent = `Rows ${seen}; ${detail.end - detail.start} of them are in the document.`;
  });
  const go = (/** @type {number} */ row) => list.scrollToIndex(row - 1, { align: "start" });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    go(Number(new FormData(form).get("row")));
  });
  form.addEventListener("click", ({ target }) => {
    const { row } = /** @type {HTMLElement} */ (target).dataset;
    if (row) go(Number(row));
  });
}

/** @param {number} n @param {number} _ @param {HTMLElement} row */
function render(n, _, row) {
  const found = factors(n);
  row.className = "number";
  row.dataset.kind = found.length === 1 && found[0][1] === 1 ? "prime" : "";
  const name = document.createElement("strong");
  name.textContent = text.format(n);
  const parts = found.map(([prime, power]) => {
    const part = document.createElement("span");
    part.textContent = text.format(prime);
    if (power > 1) {
      const raised = document.createElement("sup");
      raised.textContent = String(power);
      part.append(raised);
    }
    return part;
  });
  const said = document.createElement("span");
  said.className = "said";
  if (row.dataset.kind) said.textContent = "prime";
  else if (n === 1) said.textContent = "the unit";
  else said.append(...parts);
  row.replaceChildren(name, said);
}
