import { emit, fail, reflecting, upgradeProperties } from "../base.js";
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
  /** @type {import("../../sync/live/live.js").Live | undefined} */
  #live;
  #ours = false; // opened here, so closed here
  /** Counts openings: a later one makes an earlier one stale. */
  #turn = 0;
  /** @type {LivePanel | undefined} */
  #panel;

  /** The connection that is shown. Setting it closes one that `url` has opened. @returns {import("../../sync/live/live.js").Live | undefined} */
  get live() {
    return this.#live;
  }

  set live(live) {
    if (live === this.#live) return;
    this.#release();
    this.#live = live;
    if (this.isConnected) this.#show();
  }

  connectedCallback() {
    upgradeProperties(this);
    this.#soon();
  }

  disconnectedCallback() {
    this.#soon(); // it may only be moved
  }

  /** @param {string} name @param {string | null} before @param {string | null} after */
  attributeChangedCallback(name, before, after) {
    if (before === after) return;
    if ((name === "url" || name === "user") && this.#ours) this.#release();
    else this.#hide();
    this.#soon();
  }

  /** Opens, shows or ends what the attributes say after this task, once. */
  #soon() {
    const turn = ++this.#turn;
    queueMicrotask(async () => {
      if (turn !== this.#turn) return;
      if (!this.isConnected) return this.#ours ? this.#release() : this.#hide();
      try {
        if (this.#live || !this.url) return this.#show();
        const { connect } = await import("../../sync/live/connect.js");
        const live = await connect(this.url, this.user ? { user: this.user } : {});
        if (turn !== this.#turn || this.#live) return live.close();
        this.#ours = true;
        this.#live = live;
        this.#show();
        emit(this, "ready", { live });
      } catch (error) {
        if (turn === this.#turn) fail(this, { error });
      }
    });
  }

  #show() {
    if (this.#panel) return;
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    this.#panel = new LivePanel(root, this.#live, this.channel, this.label);
  }

  #hide() {
    this.#panel?.dispose();
    this.#panel = undefined;
  }

  #release() {
    this.#turn++;
    this.#hide();
    if (this.#ours) this.#live?.close();
    this.#ours = false;
    this.#live = undefined;
  }
}
