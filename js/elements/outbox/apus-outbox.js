import { emit, fail, reflecting, upgradeProperties } from "../base.js";
import { Shown } from "../shown.js";
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
  /** @type {Shown<import("../../sync/outbox/outbox.js").Outbox>} */
  #shown = new Shown(
    this,
    "outbox",
    () => this.name && open(this.name),
    (root, outbox) =>
      new OutboxPanel(root, outbox, this.label, {
        describe: (entry) => (this.describe ?? titleOf)(entry),
        discard: (entry) => emit(this, "discard", { entry }),
        failed: (error) => fail(this, { error }),
      }),
  );

  /** Names an entry for people; default: its method and path. @type {((entry: import("../../sync/outbox/outbox.js").OutboxEntry) => string) | undefined} */
  describe;

  /** The outbox that is shown. Setting it closes one that `name` has opened. @returns {import("../../sync/outbox/outbox.js").Outbox | undefined} */
  get outbox() {
    return this.#shown.thing;
  }

  set outbox(outbox) {
    this.#shown.thing = outbox;
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
    if (before !== after) this.#shown.changed(name === "name");
  }
}

/** @param {string} name */
async function open(name) {
  const { Outbox } = await import("../../sync/outbox/outbox.js");
  return Outbox.open(name);
}

/** @param {import("../../sync/outbox/outbox.js").OutboxEntry} entry */
function titleOf({ method, url }) {
  const { origin, pathname, host } = new URL(url);
  return `${method} ${origin === location.origin ? "" : host}${pathname}`;
}
