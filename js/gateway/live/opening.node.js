/**
 * The request that a connection began with, as `authenticate` and `authorize` get it. A real `Request`
 * takes more memory than the rest of an idle client, so this one has what they need: `url`, `method` and
 * `headers`. Its headers are made when they are asked for, and not kept.
 */
class Opening {
  #path;
  #headers;

  /** @param {string} path @param {string[]} headers names, each with its value after it */
  constructor(path, headers) {
    this.#path = path;
    this.#headers = headers;
  }

  get url() {
    // The path alone: what a client claims as its host decides nothing.
    return new URL(this.#path.replace(/^\/+/, "/"), "http://gateway.invalid").href;
  }

  get method() {
    return "GET";
  }

  get headers() {
    const headers = new Headers();
    for (let i = 0; i < this.#headers.length; i += 2) {
      try {
        headers.append(this.#headers[i], this.#headers[i + 1]);
      } catch {
        // Node's parser lets more through.
      }
    }
    return headers;
  }
}
Object.setPrototypeOf(Opening.prototype, Request.prototype);

/** Of the handshake alone. */
const DROPPED = /^(?:sec-websocket-|upgrade$|connection$)/i;
/** Not kept for others. */
const SECRET = /^(?:cookie|authorization)$/i;

/** Texts that many clients send. @type {Map<string, string>} */
const texts = new Map();

/** The same text as another client's, instead of a copy. @param {string} text */
function shared(text) {
  const known = texts.get(text);
  if (known !== undefined || text.length > 500) return known ?? text;
  if (texts.size >= 1000) texts.clear();
  texts.set(text, text);
  return text;
}

/**
 * Browsers send cookies with WebSockets of every page. Those of pages of other origins do not count,
 * unless they are trusted.
 * @param {string} path @param {string[]} raw names and values of the headers
 * @param {string[]} origins trusted
 * @returns {Request} with `url`, `method` and `headers` alone
 */
export function openingOf(path, raw, origins) {
  const value = (/** @type {string} */ name) => {
    const at = raw.findIndex((text, i) => i % 2 === 0 && text.toLowerCase() === name);
    return at < 0 ? undefined : raw[at + 1];
  };
  const origin = value("origin");
  const own = origin && URL.canParse(origin) && new URL(origin).host === value("host");
  const cookies = !origin || own || origins.includes(origin);
  /** @type {string[]} */
  const kept = [];
  for (let i = 0; i < raw.length; i += 2) {
    const [name, text] = [raw[i], raw[i + 1]];
    if (DROPPED.test(name) || (!cookies && /^cookie$/i.test(name))) continue;
    kept.push(shared(name), SECRET.test(name) ? text : shared(text));
  }
  return /** @type {any} */ (new Opening(shared(path), kept));
}
