import { sheet } from "../base.js";
import { keys } from "./keys.js";
import { reach } from "./reach.js";

/** @typedef {import("./body.js").ListBody} ListBody */

const limit = 2000; // rows on paper

const onPaper = sheet(`
:host([data-printing]){overflow:visible!important;height:auto!important;contain:none!important}
:host([data-printing]) #content{height:auto!important;contain:none!important}
:host([data-printing]) #rows{position:static!important;margin:0!important;contain:none!important}
:host([data-printing]) ::slotted(*){break-inside:avoid}
#more{display:none}
:host([data-printing]) #more{display:block}
`);

/** @type {WeakSet<ListBody>} */
const known = new WeakSet();

/**
 * What can wait until the first rows are there: keys and the focus, which must
 * be watched before anyone scrolls its row away; copying, once there is a user;
 * `reachstart` and `reachend`; a hint for a list without height; and printing:
 * all rows up to a limit, and how many more there are (`::part(more)`).
 * @param {ListBody} body
 */
export function idle(body) {
  const root = body.host.shadowRoot;
  if (!root || known.has(body)) return;
  known.add(body);
  keys(body);
  reach(body);
  const { host } = body;
  const touched = () => import("./copy.js").then(({ copy }) => copy(body));
  if (host.matches(":focus-within")) touched();
  for (const type of ["focusin", "pointerdown"]) {
    host.addEventListener(type, touched, { once: true });
  }
  if (body.scroller?.viewport === 0 && body.data.length && host.getClientRects().length) {
    console.warn("<apus-list> has no height. Give it one, e.g. apus-list { height: 70vh }");
  }
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, onPaper()];
  const more = document.createElement("p");
  more.id = "more";
  more.part.add("more");
  root.append(more);
  addEventListener("beforeprint", () => {
    if (!body.host.isConnected || body.host.getAttribute("scroller") === "window") return;
    const { length } = body.data;
    const count = Math.min(length, limit);
    const hidden = length - count;
    more.textContent = hidden ? `… and ${hidden.toLocaleString()} more` : "";
    body.paused = true;
    body.host.setAttribute("data-printing", "");
    body.rows.show(0, count, -1);
  });
  addEventListener("afterprint", () => {
    if (!body.host.hasAttribute("data-printing")) return;
    body.host.removeAttribute("data-printing");
    body.paused = false;
    body.start = -1;
    body.list?.resume();
    body.fill();
  });
}
