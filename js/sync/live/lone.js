import { ended, lock } from "./locks.js";
import { payloads } from "./wire.js";

/** @typedef {import("./link.js").Receiver} Receiver */
/** @typedef {import("./upstream.js").Upstream} Upstream */

/**
 * The connection of a tab that may share it: alone until another tab speaks, or has the connection. The
 * code for that is loaded then.
 */
export class Lone {
  #name;
  #session;
  #client;
  #to;
  #open;
  /** Of the connection; it changes when it is shared. @type {Receiver} */
  #receiver;
  #id = crypto.randomUUID();
  #term = 0;
  #stop = new AbortController();
  /** @type {BroadcastChannel | undefined} */
  #channel;
  /** Until the lock of the leader is lost. @type {Promise<unknown> | undefined} */
  #held;
  /** What other tabs have said. @type {any[]} */
  #heard = [];
  #sharing = false;
  /** @type {Upstream | undefined} */
  #upstream;
  /** @type {import("./tabs.js").Tabs | undefined} */
  #tabs;

  /**
   * @param {string} name of the connection: tabs with the same name share it
   * @param {string} session @param {import("./client.js").Client} client of this tab
   * @param {Receiver} to of this tab @param {(to: Receiver, session: string) => Upstream} open
   */
  constructor(name, session, client, to, open) {
    this.#name = name;
    this.#session = session;
    this.#client = client;
    this.#to = to;
    this.#receiver = { ...to };
    this.#open = open;
  }

  /** Who carries the messages. @type {import("./tabs.js").Tabs | Upstream | undefined} */
  get now() {
    return this.#tabs ?? this.#upstream;
  }

  start() {
    if (this.now || this.#channel) {
      this.now?.start();
      return;
    }
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    this.#channel = new BroadcastChannel(this.#name);
    this.#channel.onmessage = ({ data }) => {
      this.#heard.push(data);
      this.#share();
    };
    const held = lock(`${this.#name} leader`, { ifAvailable: true }, (has) => {
      if (!has || signal.aborted) return void this.#share();
      this.#term = this.#client.world.now();
      this.#lead();
      return ended(signal);
    });
    this.#held = held;
    // Pages with an opaque origin may have no locks.
    void held.then((failed) => {
      if (failed && !this.now && !this.#sharing && !signal.aborted) this.#lead();
    });
  }

  /** @param {boolean} changed see `Upstream` */
  check(changed) {
    this.now?.check(changed);
  }

  close() {
    if (this.#tabs) return this.#tabs.close();
    this.#stop.abort();
    this.#upstream?.close();
    this.#upstream = undefined;
    this.#channel?.close();
    this.#channel = undefined;
  }

  #lead() {
    this.#upstream = this.#open(this.#receiver, this.#session);
    this.#upstream.start();
  }

  async #share() {
    // They wait until the code has loaded.
    if (this.#upstream) this.#channel?.postMessage(["alive", this.#id, this.#term, 2]);
    if (this.#sharing) return;
    this.#sharing = true;
    const stop = this.#stop;
    const channel = /** @type {BroadcastChannel} */ (this.#channel);
    try {
      const [{ Tabs }] = await Promise.all([import("./tabs.js"), payloads()]);
      if (stop.signal.aborted) return;
      const upstream = this.#upstream;
      this.#tabs = new Tabs(this.#name, this.#id, this.#client, this.#to, this.#open);
      this.#tabs.adopt(
        stop,
        channel,
        this.#heard,
        this.#session,
        upstream && {
          ...{ upstream, receiver: this.#receiver, term: this.#term },
          held: /** @type {Promise<unknown>} */ (this.#held),
        },
      );
    } catch {
      // Then this tab has a connection of its own.
      channel.close();
      if (!this.#upstream && !stop.signal.aborted) this.#lead();
    } finally {
      this.#sharing = false;
    }
  }
}
