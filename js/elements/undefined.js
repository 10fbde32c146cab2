/** @type {Set<string>} */
const said = new Set();

/** The script in which a call stack begins. @param {string} [stack] */
const scriptOf = (stack = "") => /[a-z]+:\/\/\S+?(?=:\d+:\d+)/.exec(stack)?.[0] ?? "";

/**
 * Says once why elements are not registered. A name that the page itself has registered is fine.
 * @param {readonly string[]} lacks what the document does not have
 * @param {string | undefined} first the call stack that registered a name @param {string} [second] the
 *   one that would register it again
 */
export function warn(lacks, first, second) {
  const copies = [first, second].map(scriptOf);
  if (!lacks.length && (first === undefined || copies[0] === copies[1])) return;
  const text = lacks.length
    ? `its elements do nothing here, because the document has no ${lacks.join(", ")}. For unit tests, apus/testing has fakes`
    : `this page loads two copies, ${copies.join(" and ")}. Only the elements of the first work: remove one`;
  if (said.has(text)) return;
  said.add(text);
  console.warn(`apus: ${text}.`);
}
