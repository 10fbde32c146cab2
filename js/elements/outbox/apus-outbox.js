import { emit, fail, reflecting, upgradeProperties } from "../base.js";
import { OutboxPanel } from "./panel.js";

const Reflecting = reflecting({ name: "", label: "" });

/**
 * Shows what an outbox holds: the requests that wait and those that were refused, with buttons to
 * send them again or to discard them. It shows the outbox that its property `outbox` has; with `name`
 * it opens one, and closes it when it is removed.
 *
 * @element apus-outbox
 * @attr {string} name of the outbox to open
 * @attr {string} label names the panel for assistive technology; default "Outbox"
 * @fires ready - the outbox that `name` opens is there; `detail.outbox`
 * @fires discard - an entry is about to be discarded; cancelling the event keeps it; `detail.entry`
 * @fires error - it could not be opened or read; `detail.error`
 * @csspart panel - the whole panel
 * @csspart status - how many wait, and how many were refused
 * @csspart entries - the list
 * @csspart entry - one request
 * @csspart retry - the button that sends it again
 * @csspart discard - the button that discards it
 * @cssprop --apus-outbox-color - text
 * @cssprop --apus-outbox-background
 * @cssprop --apus-outbox-border
 * @cssprop --apus-outbox-bad - the sign of a refused request
 */
export class ApusOutbox extends Reflecting {
  /** @type {import("../../sync/outbox/outbox.js").Outbox | undefined} */ #outbox;
  #ours = false; // opened here, so closed here
  /** Counts openings: a later one makes an earlier one stale. */
  #turn = 0;
  /** @type {OutboxPanel | undefined} */ #panel;

  /** Names an entry for people; default: its method and path. @type {((entry: import("../../sync/outbox/outbox.js").OutboxEntry) => string) | undefined} */
  describe;

  /** The outbox that is shown. Setting it closes one that `name` has opened. @returns {import("../../sync/outbox/outbox.js").Outbox | undefined} */
  get outbox() {
    return this.#outbox;
  }

  set outbox(outbox) {
    if (outbox === this.#outbox) return;
    this.#release();
    this.#outbox = outbox;
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
    if (name === "name" && this.#ours) this.#release();
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
        if (this.#outbox || !this.name) return this.#show();
        const { Outbox } = await import("../../sync/outbox/outbox.js");
        const outbox = await Outbox.open(this.name);
        if (turn !== this.#turn || this.#outbox) return void outbox.close();
        this.#ours = true;
        this.#outbox = outbox;
        this.#show();
        emit(this, "ready", { outbox });
      } catch (error) {
        if (turn === this.#turn) fail(this, { error });
      }
    });
  }

  #show() {
    if (this.#panel) return;
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    this.#panel = new OutboxPanel(root, this.#outbox, this.label, {
      describe: (entry) => (this.describe ?? titleOf)(entry),
      discard: (entry) => emit(this, "discard", { entry }),
      failed: (error) => fail(this, { error }),
    });
  }

  #hide() {
    this.#panel?.dispose();
    this.#panel = undefined;
  }

  #release() {
    this.#turn++;
    this.#hide();
    if (this.#ours) this.#outbox?.close();
    this.#ours = false;
    this.#outbox = undefined;
  }
}

/** @param {import("../../sync/outbox/outbox.js").OutboxEntry} entry */
function titleOf({ method, url }) {
  const { origin, pathname, host } = new URL(url);
  return `${method} ${origin === location.origin ? "" : host}${pathname}`;
}
