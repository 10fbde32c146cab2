import { emit, fail } from "./base.js";

/**
 * What an element shows: one thing that a property gives, or that it opens by its attributes and
 * closes when it is removed. The panel that shows it is made and disposed of with it.
 * @template {{ close(): unknown }} Thing
 */
export class Shown {
  #host;
  #name;
  #open;
  #panelOf;
  /** @type {Thing | undefined} */ #thing;
  #ours = false; // opened here, so closed here
  /** Counts openings: a later one makes an earlier one stale. */
  #turn = 0;
  /** @type {{ dispose(): void } | undefined} */ #panel;

  /**
   * @param {HTMLElement} host
   * @param {string} name of the thing in `detail` of the event `ready`
   * @param {() => Promise<Thing> | undefined | ""} open nothing when no attribute names a thing
   * @param {(root: ShadowRoot, thing: Thing | undefined) => { dispose(): void }} panelOf
   */
  constructor(host, name, open, panelOf) {
    this.#host = host;
    this.#name = name;
    this.#open = open;
    this.#panelOf = panelOf;
  }

  get thing() {
    return this.#thing;
  }

  set thing(thing) {
    if (thing === this.#thing) return;
    this.#release();
    this.#thing = thing;
    if (this.#host.isConnected) this.#show();
  }

  /** An attribute has changed. @param {boolean} names whether it is one that says what to open */
  changed(names) {
    if (names && this.#ours) this.#release();
    else this.#hide();
    this.soon();
  }

  /** Opens, shows or ends what the attributes say after this task, once: an element may only be moved. */
  soon() {
    const turn = ++this.#turn;
    queueMicrotask(async () => {
      if (turn !== this.#turn) return;
      if (!this.#host.isConnected) return this.#ours ? this.#release() : this.#hide();
      try {
        const opening = !this.#thing && this.#open();
        if (!opening) return this.#show();
        const thing = await opening;
        if (turn !== this.#turn || this.#thing) return void thing.close();
        this.#ours = true;
        this.#thing = thing;
        this.#show();
        emit(this.#host, "ready", { [this.#name]: thing });
      } catch (error) {
        if (turn === this.#turn) fail(this.#host, { error });
      }
    });
  }

  #show() {
    if (this.#panel) return;
    const root = this.#host.shadowRoot ?? this.#host.attachShadow({ mode: "open" });
    this.#panel = this.#panelOf(root, this.#thing);
  }

  #hide() {
    this.#panel?.dispose();
    this.#panel = undefined;
  }

  #release() {
    this.#turn++;
    this.#hide();
    if (this.#ours) this.#thing?.close();
    this.#ours = false;
    this.#thing = undefined;
  }
}
