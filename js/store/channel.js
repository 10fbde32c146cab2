/**
 * What the tabs tell each other about one cache. Messages are numbered by
 * sender, so that a gap shows.
 */

/** @typedef {[id: string, head?: Uint8Array, body?: Uint8Array[]]} Added the body when it is small */

/**
 * @typedef {object} Message
 * @property {number} from the sender's node
 * @property {number} serial
 * @property {boolean} [hello] a tab has come; the others answer
 * @property {Added[]} [added] segments; without a head: look yourself
 * @property {string[]} [removed] ids
 * @property {"coming" | "came"} [disk] they may not be there yet; or: that was said, and they are now
 * @property {string[]} [keys] that changed
 * @property {string[]} [tags] @property {boolean} [cleared]
 */

export class Channel {
  #name;
  #node;
  #receive;
  #serial = 0;
  /** @type {Map<number, number>} node -> its last serial */ #heard = new Map();
  /** @type {BroadcastChannel | undefined} */ #channel;

  /**
   * @param {string} name @param {number} node
   * @param {(message: Message, missed: boolean) => void} receive `missed`: there was a gap before
   */
  constructor(name, node, receive) {
    this.#name = `apus:${name}`;
    this.#node = node;
    this.#receive = receive;
    this.open();
  }

  /** Whether another tab has been heard of. */
  get peers() {
    return this.#heard.size > 0;
  }

  open() {
    if (this.#channel || !globalThis.BroadcastChannel) return;
    this.#channel = new BroadcastChannel(this.#name);
    this.#channel.onmessage = ({ data }) => {
      const last = this.#heard.get(data.from);
      this.#heard.set(data.from, data.serial);
      if (data.hello) this.#send({ serial: this.#serial });
      if (data.added || data.removed)
        this.#receive(data, last !== undefined && data.serial !== last + 1);
    };
    this.#send({ serial: this.#serial, hello: true });
  }

  /** @param {Omit<Message, "from" | "serial">} message */
  post(message) {
    this.#serial += 1;
    this.#send({ ...message, serial: this.#serial });
  }

  close() {
    this.#channel?.close();
    this.#channel = undefined;
  }

  /** @param {object} message */
  #send(message) {
    this.#channel?.postMessage({ ...message, from: this.#node });
  }
}
