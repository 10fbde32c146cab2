/**
 * The messages between tabs about one store. Each sender numbers its messages, which
 * reveals gaps.
 */

/** @typedef {[id: string, head?: Uint8Array, body?: Uint8Array[]]} Added with the body when it is small */

/**
 * @typedef {object} Message
 * @property {number} from the sender's node
 * @property {number} serial
 * @property {boolean} [hello] the others answer
 * @property {boolean} [bye] the tab closes its store
 * @property {Added[]} [added] segments; without a head, the receiver reads the disk
 * @property {string[]} [removed] ids
 * @property {"coming" | "came"} [disk] "coming": they may not be on the disk yet; "came": they were
 *   announced and are on the disk now
 * @property {string[]} [keys] that changed
 * @property {string[]} [tags] @property {boolean} [cleared]
 */

const MOST = 1 << 16; // items of a list in a message
const ROLL_CALL = 60_000; // ms between two, while messages are sent

export class Channel {
  #name;
  #node;
  #receive;
  #serial = 0;
  /** @type {Map<number, { serial: number, at: number }>} by node: its last message */
  #heard = new Map();
  /** @type {BroadcastChannel | undefined} */ #channel;
  /** When the last roll call was. */ #asked = 0;

  /**
   * @param {string} name @param {number} node
   * @param {(message: Partial<Message>, missed: boolean) => void} receive `missed`: one was lost before
   */
  constructor(name, node, receive) {
    this.#name = `apus:${name}`;
    this.#node = node;
    this.#receive = receive;
    this.open();
  }

  /** Whether other tabs are known. */
  get peers() {
    return this.#heard.size > 0;
  }

  open() {
    if (this.#channel || !globalThis.BroadcastChannel) return;
    this.#channel = new BroadcastChannel(this.#name);
    this.#channel.onmessage = ({ data }) => isMessage(data) && this.#hear(data);
    this.#channel.onmessageerror = () => this.#receive({}, true);
    this.#ask();
  }

  /** @param {Omit<Message, "from" | "serial">} message */
  post(message) {
    this.#serial += 1;
    this.#send({ ...message, serial: this.#serial });
    if (Date.now() - this.#asked > ROLL_CALL) this.#ask();
  }

  close() {
    this.#send({ serial: this.#serial, bye: true });
    this.#channel?.close();
    this.#channel = undefined;
  }

  /** @param {Message} message */
  #hear(message) {
    const { from, serial, hello, bye, added, removed } = message;
    const last = this.#heard.get(from)?.serial;
    if (bye) this.#heard.delete(from);
    else this.#heard.set(from, { serial, at: Date.now() });
    if (hello) this.#send({ serial: this.#serial });
    if (added || removed) this.#receive(message, last !== undefined && serial !== last + 1);
  }

  /** Calls the roll. Tabs that did not answer the last one have ended without a message. */
  #ask() {
    for (const [node, { at }] of this.#heard) if (at < this.#asked) this.#heard.delete(node);
    this.#asked = Date.now();
    this.#send({ serial: this.#serial, hello: true });
  }

  /** @param {object} message */
  #send(message) {
    this.#channel?.postMessage({ ...message, from: this.#node });
  }
}

/**
 * Whether it is a message of `Channel`: any script of this origin may send others.
 * @param {any} data
 * @returns {data is Message}
 */
function isMessage(data) {
  return (
    Number.isInteger(data?.from) &&
    data.from >= 0 &&
    data.from <= 0xffff &&
    Number.isSafeInteger(data.serial) &&
    [data.removed, data.keys, data.tags].every((texts) => all(texts, isText)) &&
    all(data.added, (one) => {
      const [id, head, body] = Array.isArray(one) ? one : [];
      return isText(id) && all(head && [head], isBytes) && all(body, isBytes);
    })
  );
}

/** @param {unknown} list may be missing @param {(item: any) => boolean} check */
const all = (list, check) =>
  list === undefined ||
  (Array.isArray(list) && list.length <= MOST && Array.from(list).every(check));
/** @param {unknown} item */
const isText = (item) => typeof item === "string";
/** @param {unknown} item */
const isBytes = (item) => item instanceof Uint8Array;
