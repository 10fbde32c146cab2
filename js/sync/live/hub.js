/** @typedef {import("./frames.js").Message} Message */
/** @typedef {import("./client.js").Client} Client */
/** @typedef {import("./client.js").Subscriber & { tabs: Set<string> }} Remote */

/** What the other tabs have of the leader's connection. */
export class Hub {
  #client;
  #post;
  /** By subscription. @type {Map<unknown, Remote>} */
  #remotes = new Map();
  /** States of the tabs in channels' presence. @type {Map<string, Map<string, unknown>>} */
  #members = new Map();

  /**
   * @param {Client} client of the leader
   * @param {(tab: string, message: Message) => void} post to a tab; "": to all, of which each knows
   *   what it has subscribed to
   */
  constructor(client, post) {
    this.#client = client;
    this.#post = post;
  }

  /** @param {string} tab @param {Message[]} messages of the tab */
  from(tab, messages) {
    for (const message of messages) {
      const [kind, id, what, args] = /** @type {[string, any, any, any]} */ (message);
      if (kind === "sub") {
        const remote = this.#remotes.get(id) ?? this.#remote(message);
        remote.tabs.add(tab);
        this.#client.subscribe(remote);
      } else if (kind === "unsub") this.#unsubscribe(id, tab);
      else {
        this.#client.request(...this.asked(tab, what, args), { timeout: Infinity }).then(
          (result) => this.#post(tab, ["ok", id, result]),
          ({ code, message, wait }) => {
            // It asks again by itself when the connection was lost.
            if (code !== "UNREACHABLE") this.#post(tab, ["no", id, code, message, wait]);
          },
        );
      }
    }
  }

  /**
   * All tabs are one member of a channel: whoever leaves last, leaves.
   * @param {string} tab @param {string} kind @param {any} args
   * @returns {[kind: string, args: any]} what to ask the gateway
   */
  asked(tab, kind, args) {
    if (kind !== "enter" && kind !== "leave") return [kind, args];
    const { channel, state } = args;
    const its = this.#members.get(channel) ?? new Map();
    this.#members.set(channel, its);
    its.delete(tab);
    if (kind === "enter") its.set(tab, state);
    const [last] = [...its.values()].slice(-1);
    return its.size > 0 ? ["enter", { channel, state: last }] : [kind, args];
  }

  /** @param {string} tab that is gone */
  leave(tab) {
    for (const id of this.#remotes.keys()) this.#unsubscribe(id, tab);
    for (const [channel, its] of this.#members) {
      if (!its.has(tab)) continue;
      this.#client.request(...this.asked(tab, "leave", { channel })).catch(() => {});
    }
  }

  /** The connection is lost: the tabs subscribe again. */
  down() {
    for (const remote of this.#remotes.values()) this.#client.unsubscribe(remote);
    this.#remotes.clear();
  }

  /** @param {Message} message @returns {Remote} */
  #remote(message) {
    const nothing = () => {};
    /** @type {Remote} */
    const remote = {
      ...{ message, tabs: new Set(), up: nothing, down: nothing, close: nothing },
      receive: (kind, parts) => this.#post("", [kind, message[1], ...parts]),
    };
    this.#remotes.set(message[1], remote);
    return remote;
  }

  /** @param {unknown} id @param {string} tab */
  #unsubscribe(id, tab) {
    const remote = this.#remotes.get(id);
    if (!remote?.tabs.delete(tab) || remote.tabs.size > 0) return;
    this.#remotes.delete(id);
    this.#client.unsubscribe(remote);
  }
}
