import { reflecting, upgradeProperties } from "../base.js";
import { Shown } from "../shown.js";
import { LivePanel } from "./panel.js";

const Reflecting = reflecting({ url: "", channel: "", user: "", label: "" });

/**
 * Shows a live connection: its state, how long events take, how many come, and who else is in a
 * channel. It shows the connection that its property `live` has; with `url` it opens one, and closes
 * it when it is removed.
 *
 * @element apus-live
 * @attr {string} url of a gateway, such as "/apus/"
 * @attr {string} channel whose members are shown
 * @attr {string} label names the panel for assistive technology; default "Live: " and the channel
 * @attr {string} user of the connection that `url` opens: tabs of one user share it
 * @fires ready - the connection that `url` opens is made; `detail.live`
 * @fires error - it could not be opened; `detail.error`
 * @csspart panel - the whole panel
 * @csspart status - the state of the connection
 * @csspart tile - one number with its name
 * @csspart value - the number
 * @csspart members - the list of members
 * @csspart member - one of them
 * @cssprop --apus-live-color - text
 * @cssprop --apus-live-background
 * @cssprop --apus-live-border
 * @cssprop --apus-live-good - the sign of a connection that is up
 * @cssprop --apus-live-bad - the sign of one that is down
 */
export class ApusLive extends Reflecting {
  /** @type {Shown<import("../../sync/live/live.js").Live>} */
  #shown = new Shown(
    this,
    "live",
    () => this.url && open(this.url, this.user),
    (root, live) => new LivePanel(root, live, this.channel, this.label),
  );

  /** The connection that is shown. Setting it closes one that `url` has opened. @returns {import("../../sync/live/live.js").Live | undefined} */
  get live() {
    return this.#shown.thing;
  }

  set live(live) {
    this.#shown.thing = live;
  }

  connectedCallback() {
    upgradeProperties(this);
    this.#shown.soon();
  }

  disconnectedCallback() {
    this.#shown.soon();
  }

  /** @param {string} name @param {string | null} before @param {string | null} after */
  attributeChangedCallback(name, before, after) {
    if (before !== after) this.#shown.changed(name === "url" || name === "user");
  }
}

/** @param {string} url @param {string} user */
async function open(url, user) {
  const { connect } = await import("../../sync/live/connect.js");
  return connect(url, user ? { user } : {});
}
