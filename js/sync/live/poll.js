import { bytesOf, HttpUp } from "./http-up.js";
import { decode } from "./wire.js";

/**
 * Frames are asked for again and again; each answer waits until there is one.
 * @type {import("./link.js").Transport}
 */
export function poll({ url, session, fetch, open, frame, close }) {
  const up = new HttpUp(`${url}live/${session}`, close, fetch);
  /** The first frame begins the session. @type {string[] | undefined} */
  let hello;
  /** @param {string} text */
  const heard = (text) => {
    if (!text.startsWith('[["close"'))
      return frame(text[0] === "\0" ? bytesOf(text.slice(1)) : text);
    up.close();
    const [[, code, reason]] = /** @type {any} */ (decode(text));
    close(code, reason);
  };
  const read = async () => {
    try {
      for (let body = hello; !up.signal.aborted; body = []) {
        const headers = { "content-type": "application/json" };
        const init = { method: "POST", body: JSON.stringify(body), headers };
        const response = await up.ask(`${url}live/${session}/poll`, init);
        for (const text of await response.json()) {
          if (!up.signal.aborted) heard(text);
        }
      }
    } catch {
      up.fail();
    }
  };
  queueMicrotask(open);
  return {
    send(frame) {
      if (hello) up.send(frame);
      else {
        hello = [String(frame)];
        void read();
      }
    },
    close: () => up.close(),
  };
}
