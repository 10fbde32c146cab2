import { filterOf } from "./filter.node.js";
import { bad, nameOf, Refused, told } from "./requests.node.js";

const LONGEST = 20_000; // characters of an id, which has its filter in it

/** @typedef {{ name: string, channel: import("./channel.node.js").Channel | undefined }} Subscription */

/** What one client is subscribed to. */
export class Subscriptions {
  #session;
  /** By id; without a channel while it is not decided. @type {Map<string, Subscription>} */
  #all = new Map();

  /** @param {import("./session.node.js").Session} session */
  constructor(session) {
    this.#session = session;
  }

  get size() {
    return this.#all.size;
  }

  /** @param {unknown[]} parts of the message: id, channel, where */
  add([id, channel, where]) {
    if (typeof id !== "string" || id.length > LONGEST) throw bad("a subscription needs its id");
    void this.#add(id, channel, where);
  }

  /** @param {string} id @param {unknown} channel @param {unknown} where */
  async #add(id, channel, where) {
    const session = this.#session;
    const { live } = session;
    /** @type {Subscription | undefined} */
    let subscription;
    try {
      session.paced();
      const name = nameOf(channel);
      const { source, filters, latest, delta } = live.placeOf(name);
      const filter = filterOf(where, filters);
      if (id !== (filter ? `${name}\n${filter.text}` : name)) {
        throw bad("the id of a subscription must be its channel, or that and its canonical filter");
      }
      if (this.#all.has(id)) throw new Refused("SUBSCRIBED", "there is such a subscription");
      if (this.#all.size >= live.limits.subscriptions) {
        throw new Refused(
          "TOO_MANY",
          `a client may have ${live.limits.subscriptions} subscriptions`,
        );
      }
      subscription = { name, channel: undefined };
      this.#all.set(id, subscription);
      await live.allow(session, "subscribe", name);
      if (this.#all.get(id) !== subscription) return;
      const opened = live.hub.open(name, source, { latest, delta });
      subscription.channel = opened;
      const { epoch, offset } = await opened.join(session, id, filter);
      if (this.#all.get(id) === subscription) session.say("sub", id, { epoch, head: offset });
    } catch (error) {
      if (subscription && this.#all.get(id) !== subscription) return;
      if (subscription) this.remove(id);
      const { code, message } = told(error);
      session.say("no-sub", id, code, message);
    }
  }

  /** @param {unknown} id */
  remove(id) {
    const subscription = this.#all.get(/** @type {string} */ (id));
    if (!subscription) return;
    this.#all.delete(/** @type {string} */ (id));
    subscription.channel?.leave(this.#session, /** @type {string} */ (id));
  }

  /** Ends those that the client may not have any more: its token is another one. */
  async review() {
    for (const [id, subscription] of this.#all) {
      try {
        await this.#session.live.allow(this.#session, "subscribe", subscription.name);
      } catch (error) {
        if (this.#all.get(id) !== subscription) continue;
        this.remove(id);
        const { code, message } = told(error);
        this.#session.say("no-sub", id, code, message);
      }
    }
  }

  end() {
    for (const id of [...this.#all.keys()]) this.remove(id);
  }
}
