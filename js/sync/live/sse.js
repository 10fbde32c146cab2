import { bytesOf, HttpUp } from "./http-up.js";

/**
 * Frames come as server-sent events, and go by POST.
 * @type {import("./link.js").Transport}
 */
export function sse({ url, session, fetch, open, frame, close }) {
  const up = new HttpUp(`${url}live/${session}`, close, fetch);
  /** @param {string} type @param {string} data */
  const heard = (type, data) => {
    if (type === "close") {
      up.close();
      const [code, reason] = JSON.parse(data);
      close(code, reason);
    } else frame(type === "bin" ? bytesOf(data) : data);
  };
  const read = async () => {
    try {
      const headers = { accept: "text/event-stream" };
      const { body } = await up.ask(`${url}live?session=${session}`, { headers });
      open();
      const reader = /** @type {ReadableStream<Uint8Array>} */ (body).getReader();
      const decoder = new TextDecoder();
      const parse = parser(heard);
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        parse(decoder.decode(value, { stream: true }));
      }
    } catch {
      // The connection is lost.
    }
    up.fail();
  };
  void read();
  return { send: (frame) => up.send(frame), close: () => up.close() };
}

/**
 * Reads an event stream, as far as a gateway writes it: lines that end with \n, and one line of data.
 * Source: https://html.spec.whatwg.org/multipage/server-sent-events.html
 * @param {(type: string, data: string) => void} heard
 * @returns {(text: string) => void} takes the next piece
 */
function parser(heard) {
  /** The last line, which may go on. @type {string[]} */
  let rest = [];
  let type = "";
  let data = "";
  return (text) => {
    const lines = text.split("\n");
    rest.push(lines[0]);
    if (lines.length === 1) return;
    lines[0] = rest.join("");
    rest = [lines.pop() ?? ""];
    for (const line of lines) {
      if (line.startsWith("event:")) type = line.slice(6).trim();
      else if (line.startsWith("data:")) data = line.slice(5).trim();
      else if (line === "") {
        if (data) heard(type, data);
        type = data = "";
      }
    }
  };
}
