import { ApusError } from "../../core/errors.js";

/**
 * Frames are the messages of a WebSocket.
 * @type {import("./link.js").Transport}
 */
export function webSocket({ url, WebSocket: Socket = globalThis.WebSocket, open, frame, close }) {
  if (!Socket) throw new ApusError("UNREACHABLE", "WebSocket is not available here");
  const socket = new Socket(`${url.replace(/^http/, "ws")}live`);
  socket.binaryType = "arraybuffer";
  socket.onopen = open;
  socket.onmessage = (/** @type {MessageEvent} */ { data }) => frame(data);
  socket.onclose = (/** @type {CloseEvent} */ { code, reason }) => close(code, reason);
  socket.onerror = () => {}; // a close follows
  return {
    send(frame) {
      if (socket.readyState === 1) socket.send(frame);
    },
    // The page may only use 1000 and those from 3000 on.
    close: (code = 1000) => socket.close(code >= 3000 ? code : 1000),
  };
}
