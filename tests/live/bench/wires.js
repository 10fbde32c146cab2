// The least that a client must say, so that what is measured is the server: both kinds of clients cost
// the same.
import { WebSocket } from "ws";
import { decode } from "../../../js/sync/live/frames.js";

/**
 * @typedef {object} Wire a client
 * @property {Promise<void>} ready it is subscribed
 * @property {(data: unknown) => void} publish
 * @property {() => void} close
 */

/** @typedef {(url: string, channel: string, heard?: (data: any) => void) => Wire} Open */

/** @type {Open} */
function apus(url, channel, heard) {
  const socket = new WebSocket(`${url.replace("http", "ws")}/apus/live`, {
    perMessageDeflate: false,
  });
  const say = (/** @type {unknown[]} */ ...messages) => socket.send(JSON.stringify(messages));
  let seq = 0;
  const ready = new Promise((resolve, reject) => {
    socket.on("error", reject);
    socket.on("open", () => say(["hello", 1, null, {}], ["sub", channel, channel, null]));
    socket.on("message", (frame, binary) => {
      for (const [kind, ...parts] of decode(binary ? /** @type {any} */ (frame) : String(frame))) {
        if (kind === "ev") for (const event of /** @type {any[]} */ (parts[4])) heard?.(event[3]);
        else if (kind === "ping") say(["pong"]);
        else if (kind === "sub") resolve(undefined);
        else if (kind === "no-sub") reject(new Error(String(parts)));
      }
    });
  });
  const publisher = `bench-${Math.random().toString(36).slice(2)}`;
  return {
    ready: /** @type {Promise<void>} */ (ready),
    publish(data) {
      seq++;
      say(["ask", seq, "publish", { channel, type: "tick", data, publisher, seq }]);
    },
    close: () => socket.terminate(),
  };
}

/** Engine.IO 4 and Socket.IO 5. @type {Open} */
function socketIo(url, channel, heard) {
  const socket = new WebSocket(
    `${url.replace("http", "ws")}/socket.io/?EIO=4&transport=websocket`,
    { perMessageDeflate: false },
  );
  const ready = new Promise((resolve, reject) => {
    socket.on("error", reject);
    socket.on("message", (frame) => {
      const text = String(frame);
      if (text[0] === "0") socket.send("40");
      else if (text[0] === "2") socket.send("3");
      else if (text.startsWith("40")) socket.send(`420${JSON.stringify(["join", channel])}`);
      else if (text.startsWith("43")) resolve(undefined);
      else if (text.startsWith("42")) heard?.(JSON.parse(text.slice(2))[1]);
    });
  });
  return {
    ready: /** @type {Promise<void>} */ (ready),
    publish: (data) => socket.send(`42${JSON.stringify(["publish", channel, data])}`),
    close: () => socket.terminate(),
  };
}

export const wires = { apus, socketIo };
