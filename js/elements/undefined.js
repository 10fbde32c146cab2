/** Where a class was registered, as in base.js. */
const from = Symbol.for("apus");

/** @typedef {CustomElementConstructor & { [from]?: string }} Registered */

/** @type {Set<string>} */
const said = new Set();

/** The script in which a call stack begins. @param {string} [stack] */
const scriptOf = (stack = "") => /[a-z]+:\/\/\S+?(?=:\d+:\d+)/.exec(stack)?.[0] ?? "";

/**
 * Says once why an element is not registered. A name that the page itself has registered is fine.
 * @param {Registered} element @param {readonly string[]} needs what elements need of a document
 * @param {Registered} [known] the class that has its name
 */
export function warn(element, needs, known) {
  const lacks = needs.filter((it) => !(it in globalThis || it in document));
  const copies = [known?.[from], element[from]].map(scriptOf);
  if (!lacks.length && (!known?.[from] || copies[0] === copies[1])) return;
  const text = lacks.length
    ? `its elements do nothing here, because the document has no ${lacks.join(", ")}. For unit tests, apus/testing has fakes`
    : `this page loads two copies, ${copies.join(" and ")}. Only the elements of the first work: remove one`;
  if (said.has(text)) return;
  said.add(text);
  console.warn(`apus: ${text}.`);
}
