/**
 * What the tabs tell each other about one cache. Messages are numbered by
 * sender, so that a gap shows.
 */

/** @typedef {[id: string, head?: Uint8Array, body?: Uint8Array[]]} Added the body when it is small */

/**
 * @typedef {object} Message
 * @property {number} from the sender's node
 * @property {number} serial
 * @property {boolean} [hello] who is there? the others answer
 * @property {boolean} [bye] the tab goes
 * @property {Added[]} [added] segments; without a head: look yourself
 * @property {string[]} [removed] ids
 * @property {"coming" | "came"} [disk] they may not be there yet; or: that was said, and they are now
 * @property {string[]} [keys] that changed
 * @property {string[]} [tags] @property {boolean} [cleared]
 */

const MOST = 1 << 16; // items of a list in a message
const ROLL_CALL = 60_000; // ms between two, while there is something to say

export class Channel {
  #name;
  #node;
  #receive;
  #serial = 0;
  /** @type {Map<number, { serial: number, at: number }>} by node: its last message */
  #heard = new Map();
  /** @type {BroadcastChannel | undefined} */ #channel;
  /** When all were last asked who is there. */ #asked = 0;

  /**
   * @param {string} name @param {number} node
   * @param {(message: Partial<Message>, missed: boolean) => void} receive `missed`: there was a gap before
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

  /** Who is there? Tabs that have not answered the last time have died without a word. */
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
 * Whether it is what `Channel` sends: anything of this origin may write here.
 * @param {any} data
 * @returns {data is Message}
 */
function isMessage(data) {
  return (
    (data?.from & 0xffff) === data?.from &&
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
