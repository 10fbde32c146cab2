import { adopt, make, sheet } from "../base.js";
import { texts } from "../texts.js";

/** @typedef {import("../texts.js").Texts} Texts */

/** @typedef {import("../../sync/live/live.js").Live} Live */
/** @typedef {import("../../sync/live/presence.js").Member} Member */

const EVERY = 1000; // ms between two looks at the figures
const SHOWN = 12; // members by name

const style = sheet(`
:host { display: block; }
.panel { container-type: inline-size; font: 14px/1.4 system-ui, sans-serif; padding: 16px; border-radius: 8px;
  color: var(--apus-live-color, CanvasText); background: var(--apus-live-background, Canvas);
  border: 1px solid var(--apus-live-border, color-mix(in srgb, currentColor 20%, transparent));
  --_muted: color-mix(in srgb, currentColor 75%, transparent); --_tint: color-mix(in srgb, currentColor 6%, transparent);
  --_good: var(--apus-live-good, light-dark(#1c7040, #6fd296)); --_bad: var(--apus-live-bad, light-dark(#b42318, #ff9a91)); }
header { display: flex; flex-wrap: wrap; align-items: baseline; justify-content: space-between; gap: 0 16px; }
p, dl, dd, ul { margin: 0; padding: 0; }
.status { display: flex; align-items: center; gap: 8px; font-weight: 600; }
.status::before { content: ""; width: 10px; height: 10px; flex: none; box-sizing: border-box; border-radius: 50%; border: 2px solid var(--_bad); }
[data-status=up] .status::before { border-color: var(--_good); background: var(--_good); }
[data-status=connecting] .status::before { border-color: var(--_muted); }
.how, dt, small, .more { font-size: 12px; font-weight: 400; color: var(--_muted); }
dl { display: grid; grid-template-columns: repeat(3, 1fr); gap: 8px; margin-block-start: 12px; }
dl div { padding: 8px 12px; border-radius: 8px; background: var(--_tint); min-width: 0; }
dd { font-size: 18px; line-height: 1.3; font-weight: 600; font-variant-numeric: tabular-nums; white-space: nowrap; }
small { display: block; line-height: 1.4; min-height: 1.4em; white-space: normal; }
ul { display: flex; flex-wrap: wrap; gap: 6px; align-items: center; list-style: none; margin-block-start: 12px; }
li { max-width: 12rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
li:not(.more) { padding: 2px 10px; border-radius: 99px; background: var(--_tint); border: 1px solid color-mix(in srgb, currentColor 14%, transparent); }
@container (max-width: 22rem) { dl { grid-template-columns: 1fr; } dl div { display: grid; grid-template-columns: 1fr auto; align-items: baseline; } small { grid-column: 1 / -1; min-height: 0; } }
`);

const words = {
  connecting: "Connecting",
  up: "Connected",
  down: "No connection",
  closed: "Closed",
  none: "Not connected",
};
/** @type {Record<string, string>} */
const ways = { websocket: "WebSocket", sse: "event stream", poll: "polling", tab: "another tab" };

/** @param {Texts} texts @param {number} ms */
const time = ({ number }, ms) => `${number(ms, ms < 10 ? 1 : 0)}\u00a0ms`;

/** @typedef {ReturnType<Live["stats"]>} Stats */

/** The tiles: name, value and a note below it. @type {[string, (s: Stats, t: Texts) => string, (s: Stats, t: Texts) => string][]} */
const tiles = [
  [
    "Latency",
    ({ latency }, t) => (latency ? time(t, latency.p50) : "–"),
    ({ latency }, t) => (latency ? `p99 ${time(t, latency.p99)}` : ""),
  ],
  [
    "Events a second",
    ({ eventsPerSecond }, t) => t.number(eventsPerSecond),
    ({ received }, t) => t.say("{n} in all", { n: received }),
  ],
  [
    "Reconnects",
    ({ reconnects }, t) => t.number(reconnects),
    ({ queued }, t) => (queued ? t.say("{n} waiting to be sent", { n: queued }) : ""),
  ],
];

/** What `<apus-live>` shows of a connection. */
export class LivePanel {
  #live;
  #panel;
  #texts;
  #stop = new AbortController();
  #timer;
  /** @type {(() => void) | undefined} */
  #off;
  /** @type {unknown} */
  #code;

  /**
   * @param {ShadowRoot} root @param {Live | undefined} live
   * @param {string} channel whose members are shown; empty for none
   * @param {string} label of the panel; empty for the default
   */
  constructor(root, live, channel, label) {
    adopt(root, style);
    this.#live = live;
    this.#texts = texts(/** @type {HTMLElement} */ (root.host));
    const { say } = this.#texts;
    const name = channel ? say("Live: {channel}", { channel }) : say("Live");
    this.#panel = panel(channel, label || name, this.#texts);
    root.replaceChildren(this.#panel);
    const { signal } = this.#stop;
    const changed = (/** @type {Event} */ event) => {
      this.#code = /** @type {CustomEvent<{ code?: string }>} */ (event).detail?.code;
      this.#refresh();
    };
    live?.addEventListener("status", changed, { signal });
    this.#timer = live && setInterval(() => this.#refresh(), EVERY);
    this.#refresh();
    if (live && channel) {
      this.#off = live.channel(channel).presence.on((members) => this.#names(members));
    }
  }

  dispose() {
    this.#stop.abort();
    this.#off?.();
    clearInterval(this.#timer);
    this.#panel.remove();
  }

  #refresh() {
    const { say } = this.#texts;
    if (document.visibilityState === "hidden") return;
    const status = this.#live?.status ?? "none";
    this.#panel.dataset.status = status;
    const code = status === "down" && this.#code ? ` (${this.#code})` : "";
    setText(this.#panel, ".status", say(words[status]) + code);
    const stats = this.#live?.stats();
    if (!stats) return;
    const { transport, tabs } = stats;
    const how = transport ? say(ways[transport]) : "";
    const shared = tabs > 1 ? say("{how} for {n} tabs", { how, n: tabs }) : how;
    setText(this.#panel, ".how", status === "up" ? shared : "");
    this.#panel.querySelectorAll("dl div").forEach((tile, i) => {
      const [, value, note] = tiles[i];
      setText(tile, "dd span", value(stats, this.#texts));
      setText(tile, "small", note(stats, this.#texts));
    });
  }

  /** @param {Member[]} members */
  #names(members) {
    const { say } = this.#texts;
    const list = /** @type {HTMLElement} */ (this.#panel.querySelector("ul"));
    const names = members.map(({ id, state }) => String(/** @type {any} */ (state)?.name ?? id));
    const chips = names
      .slice(0, SHOWN)
      .map((name) => make("li", { part: "member", title: name }, name));
    const more = names.length - SHOWN;
    const count =
      more > 0 ? say("and {n} more", { n: more }) : names.length === 0 ? say("nobody is here") : "";
    list.replaceChildren(...chips, ...(count ? [make("li", { class: "more" }, count)] : []));
    list.setAttribute("aria-label", say("{n} here", { n: names.length }));
  }
}

/** @param {string} channel @param {string} label @param {Texts} texts */
function panel(channel, label, { say }) {
  const list = tiles.map(([name]) =>
    make(
      "div",
      { part: "tile" },
      make("dt", {}, say(name)),
      make("dd", { part: "value" }, make("span"), make("small")),
    ),
  );
  return make(
    "section",
    { class: "panel", part: "panel", "aria-label": label },
    make(
      "header",
      {},
      make("p", { class: "status", part: "status", role: "status" }),
      make("p", { class: "how" }),
    ),
    make("dl", {}, ...list),
    ...(channel ? [make("ul", { part: "members" })] : []),
  );
}

/** @param {ParentNode} parent @param {string} selector @param {string} text */
function setText(parent, selector, text) {
  const part = parent.querySelector(selector);
  if (part && part.textContent !== text) part.textContent = text;
}
