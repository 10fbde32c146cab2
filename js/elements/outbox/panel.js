import { adopt, make, sheet } from "../base.js";
import { texts } from "../texts.js";

/** @typedef {import("../../sync/outbox/outbox.js").Outbox} Outbox */
/** @typedef {import("../../sync/outbox/outbox.js").OutboxEntry} OutboxEntry */

const SHOWN = 50; // entries
const SOON = 100; // ms between two looks, at least

const style = sheet(`
:host { display: block; }
.panel { container-type: inline-size; font: 14px/1.4 system-ui, sans-serif; padding: 16px; border-radius: 8px;
  color: var(--apus-outbox-color, CanvasText); background: var(--apus-outbox-background, Canvas);
  border: 1px solid var(--apus-outbox-border, color-mix(in srgb, currentColor 20%, transparent));
  --_muted: color-mix(in srgb, currentColor 75%, transparent); --_tint: color-mix(in srgb, currentColor 6%, transparent);
  --_line: color-mix(in srgb, currentColor 20%, transparent); --_bad: var(--apus-outbox-bad, light-dark(#b42318, #ff9a91)); }
p, ul { margin: 0; padding: 0; }
.status { font-weight: 600; }
.status:focus-visible, button:focus-visible { outline: 2px solid currentColor; outline-offset: 2px; }
ul { list-style: none; }
li { display: grid; grid-template-columns: 1fr auto; gap: 4px 16px; align-items: center; margin-block-start: 8px; padding: 8px 12px;
  border-radius: 8px; background: var(--_tint); border-inline-start: 3px solid var(--_line); }
li[data-state=parked] { border-inline-start-color: var(--_bad); }
.title { font-weight: 600; overflow-wrap: anywhere; }
.how, .more { font-size: 12px; color: var(--_muted); overflow-wrap: anywhere; }
li[data-state=parked] .how { color: var(--_bad); }
.buttons { display: flex; gap: 8px; }
button { font: inherit; min-height: 32px; padding: 2px 12px; color: inherit; background: var(--apus-outbox-background, Canvas); border: 1px solid var(--_line); border-radius: 6px; cursor: pointer; }
button:hover { background: var(--_tint); }
li[data-state=sending] .retry { visibility: hidden; }
.said { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@container (max-width: 26rem) { li { grid-template-columns: 1fr; } button { flex: 1; min-height: 40px; } }
`);

/**
 * @typedef {object} Ways
 * @property {(entry: OutboxEntry) => string} describe
 * @property {(entry: OutboxEntry) => boolean} discard false: it stays
 * @property {(error: unknown) => void} failed
 */

/** What `<apus-outbox>` shows of an outbox. */
export class OutboxPanel {
  #outbox;
  #ways;
  #texts;
  #panel;
  #stop = new AbortController();
  /** @type {Map<number, HTMLElement>} */ #rows = new Map();
  /** @type {Map<number, OutboxEntry>} */ #entries = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;
  #took = 0; // ms of the last look

  /** @param {ShadowRoot} root @param {Outbox | undefined} outbox @param {string} label @param {Ways} ways */
  constructor(root, outbox, label, ways) {
    adopt(root, style);
    this.#outbox = outbox;
    this.#ways = ways;
    this.#texts = texts(/** @type {HTMLElement} */ (root.host));
    const { say } = this.#texts;
    this.#panel = make(
      "section",
      { class: "panel", part: "panel", "aria-label": label || say("Outbox") },
      make("p", { class: "status", part: "status", tabindex: -1 }, outbox ? "" : say("No outbox")),
      make("p", { class: "said", role: "status" }),
      make("ul", { part: "entries", role: "list" }),
      make("p", { class: "more" }),
    );
    root.replaceChildren(this.#panel);
    const { signal } = this.#stop;
    const soon = () => this.#soon();
    outbox?.addEventListener("progress", soon, { signal });
    document.addEventListener("visibilitychange", soon, { signal });
    this.#panel.addEventListener("click", (event) => this.#clicked(event), { signal });
    void this.#refresh();
  }

  dispose() {
    this.#stop.abort();
    clearTimeout(this.#timer);
    this.#panel.remove();
  }

  #soon() {
    // An outbox that holds much is not read all the time.
    this.#timer ??= setTimeout(() => void this.#refresh(), Math.max(SOON, 10 * this.#took));
  }

  async #refresh() {
    this.#timer = undefined;
    if (!this.#outbox || document.visibilityState === "hidden") return;
    try {
      const begin = performance.now();
      const entries = await this.#outbox.entries();
      this.#took = performance.now() - begin;
      if (!this.#stop.signal.aborted) this.#show(entries);
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      if (/** @type {any} */ (error)?.code === "CLOSED")
        this.#text(".status", this.#texts.say("Closed"));
      else this.#ways.failed(error);
    }
  }

  /** @param {OutboxEntry[]} entries */
  #show(entries) {
    const { say } = this.#texts;
    const parked = entries.filter(({ state }) => state === "parked");
    const waiting = entries.length - parked.length;
    const counts = [
      ...(waiting ? [say("{n} waiting to be sent", { n: waiting })] : []),
      ...(parked.length ? [say("{n} refused", { n: parked.length })] : []),
    ];
    this.#text(".status", counts.join(", ") || say("Everything is sent"));
    // What is announced leaves out numbers that change all the time.
    const wait = waiting ? [say("Requests wait to be sent")] : [];
    const refused = parked.length ? [say("{n} refused", { n: parked.length })] : [];
    this.#text(".said", [...wait, ...refused].join(", ") || say("Everything is sent"));

    // Refused ones first: they wait for the user.
    const all = [...parked, ...entries.filter(({ state }) => state !== "parked")];
    const shown = all.slice(0, SHOWN);
    this.#entries = new Map(shown.map((entry) => [entry.id, entry]));
    const rows = shown.map((entry) => this.#row(entry));
    this.#arrange(rows);
    this.#text(".more", all.length > SHOWN ? say("and {n} more", { n: all.length - SHOWN }) : "");
  }

  /** @param {OutboxEntry} entry */
  #row(entry) {
    const { id, state } = entry;
    const { say } = this.#texts;
    let row = this.#rows.get(id);
    if (!row) {
      const title = this.#ways.describe(entry);
      const button = (/** @type {string} */ name, /** @type {string} */ text) =>
        make(
          "button",
          { type: "button", class: name, part: name, "aria-label": `${text}: ${title}` },
          text,
        );
      row = make(
        "li",
        { part: "entry", "data-id": id },
        make("div", {}, make("p", { class: "title" }, title), make("p", { class: "how" })),
        make(
          "div",
          { class: "buttons" },
          button("retry", say("Retry")),
          button("discard", say("Discard")),
        ),
      );
      this.#rows.set(id, row);
    }
    if (row.dataset.state !== state) row.dataset.state = state;
    const how = /** @type {HTMLElement} */ (row.querySelector(".how"));
    const text = howOf(entry, this.#texts);
    if (how.textContent !== text) how.textContent = text;
    return row;
  }

  /** Moves only what has to move; the focus goes on to the next row. @param {HTMLElement[]} rows */
  #arrange(rows) {
    const list = /** @type {HTMLElement} */ (this.#panel.querySelector("ul"));
    const root = /** @type {ShadowRoot} */ (this.#panel.getRootNode());
    const focused = root.activeElement;
    const row = /** @type {HTMLElement | null} */ (focused?.closest("li") ?? null);
    const lost = row !== null && !rows.includes(row);
    const at = lost ? [...list.children].indexOf(row) : -1;
    for (const [id, old] of this.#rows) {
      if (rows.includes(old)) continue;
      this.#rows.delete(id);
      old.remove();
    }
    rows.forEach((row, i) => {
      if (list.children[i] !== row) list.insertBefore(row, list.children[i] ?? null);
    });
    const kept = !lost && row && root.activeElement !== focused;
    if (kept) /** @type {HTMLElement} */ (focused).focus();
    if (!lost) return;
    const next = list.children[Math.min(at, list.children.length - 1)];
    const target = next?.querySelector(`.${focused?.className}`) ?? this.#panel.querySelector("p");
    /** @type {HTMLElement} */ (target).focus();
  }

  /** @param {Event} event */
  async #clicked(event) {
    const button = /** @type {HTMLElement} */ (event.target).closest("button");
    const row = /** @type {HTMLElement | undefined} */ (button?.closest("li") ?? undefined);
    const entry = this.#entries.get(Number(row?.dataset.id));
    if (!entry || !this.#outbox) return;
    try {
      if (button?.className === "retry") await this.#outbox.retry(entry.id);
      else if (this.#ways.discard(entry)) await this.#outbox.remove(entry.id);
    } catch (error) {
      this.#ways.failed(error);
    }
  }

  /** @param {string} selector @param {string} text */
  #text(selector, text) {
    const part = this.#panel.querySelector(selector);
    if (part && part.textContent !== text) part.textContent = text;
  }
}

/** @param {OutboxEntry} entry @param {import("../texts.js").Texts} texts */
function howOf({ state, attempts, status, problem }, { say }) {
  if (state === "sending") return say("Sending");
  const { title, code } = /** @type {any} */ (problem ?? {});
  const why =
    title ??
    code ??
    (status ? say("status {code}", { code: `${status}` }) : attempts ? say("no answer") : "");
  const tries = attempts > 1 ? say("tried {n} times", { n: attempts }) : "";
  const start = say(state === "parked" ? "Refused" : "Waiting");
  return [why ? `${start}: ${why}` : start, tries].filter(Boolean).join(", ");
}
