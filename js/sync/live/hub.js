/** @typedef {import("./frames.js").Message} Message */

/**
 * One connection for several tabs: each subscription is asked for once, and each answer finds the tab
 * that asked.
 */
export class Hub {
  #send;
  #answer;
  /** @type {Map<string, { tabs: Set<string>, head?: import("./stream.js").Head }>} */
  #subs = new Map();
  /** Who asked, and by which id. @type {Map<number, [tab: string, id: unknown]>} */
  #asks = new Map();
  #id = 0;
  /** Which tabs are members of a channel, and their states. @type {Map<string, Map<string, unknown>>} */
  #members = new Map();

  /**
   * @param {(messages: Message[]) => void} send to the gateway
   * @param {(tab: string, message: Message) => void} answer in its place
   */
  constructor(send, answer) {
    this.#send = send;
    this.#answer = answer;
  }

  /** @param {string} tab @param {Message[]} messages of the tab */
  from(tab, messages) {
    this.#send(messages.flatMap((message) => this.#from(tab, message) ?? []));
  }

  /**
   * @param {Message[]} messages of the gateway
   * @returns {[tabs: readonly string[], message: Message][]} who gets each
   */
  to(messages) {
    return messages.map((message) => {
      const [kind, id, ...rest] = message;
      if (kind === "ok" || kind === "no") {
        const [tab, its] = this.#asks.get(Number(id)) ?? [];
        this.#asks.delete(Number(id));
        return [tab === undefined ? [] : [tab], [kind, its, ...rest]];
      }
      if (kind === "node") return [[""], message];
      const sub = this.#subs.get(String(id));
      if (!sub) return [[], message];
      const [first, , last] = /** @type {any[]} */ (rest);
      if (kind === "sub") sub.head = { epoch: first.epoch, head: first.head };
      if (kind === "ev" && sub.head) sub.head = { epoch: first, head: last };
      if (kind === "no-sub") this.#subs.delete(String(id));
      return [[...sub.tabs], message];
    });
  }

  /** The connection is lost: the tabs ask again. */
  down() {
    this.#subs.clear();
    this.#asks.clear();
  }

  /** @param {string} tab that is gone */
  leave(tab) {
    for (const sub of this.#subs.keys()) this.from(tab, [["unsub", sub]]);
    for (const [channel, its] of this.#members) {
      if (its.has(tab)) this.from(tab, [["ask", 0, "leave", { channel }]]);
    }
  }

  /** @param {string} tab @param {Message} message @returns {Message[] | undefined} what is sent */
  #from(tab, message) {
    const [kind, name, what, args] = /** @type {[string, any, any, any]} */ (message);
    const sub = this.#subs.get(name);
    if (kind === "sub") {
      if (!sub) this.#subs.set(name, { tabs: new Set([tab]) });
      sub?.tabs.add(tab);
      if (sub?.head) this.#answer(tab, ["sub", name, sub.head]);
      if (sub) return undefined;
    }
    if (kind === "unsub") {
      if (!sub?.tabs.delete(tab) || sub.tabs.size > 0) return undefined;
      this.#subs.delete(name);
    }
    if (kind !== "ask") return [message];
    this.#asks.set(++this.#id, [tab, name]);
    return [["ask", this.#id, ...this.#asked(tab, what, args)]];
  }

  /**
   * All tabs are one member: who leaves last, leaves.
   * @param {string} tab @param {string} kind @param {any} args @returns {[string, unknown]}
   */
  #asked(tab, kind, args) {
    if (kind !== "enter" && kind !== "leave") return [kind, args];
    const { channel, state } = args;
    const its = this.#members.get(channel) ?? new Map();
    this.#members.set(channel, its);
    its.delete(tab);
    if (kind === "enter") its.set(tab, state);
    if (its.size > 0) return ["enter", { channel, state: [...its.values()].at(-1) }];
    this.#members.delete(channel);
    return [kind, args];
  }
}
