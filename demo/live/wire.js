/**
 * The way of one client to its gateway, as the option `WebSocket` of `connect`. It can be cut, as by a
 * lost network, and frozen, as by a browser that stops a tab: then nothing passes and nobody is told.
 */
export function wire() {
  /** @type {Set<Wire>} */
  const open = new Set();
  let cut = false;
  let frozen = false;

  class Wire extends WebSocket {
    /** What came and was to go while it was frozen. @type {(() => void)[]} */
    waiting = [];

    /** @param {string | URL} url @param {string | string[]} [protocols] */
    constructor(url, protocols) {
      super(cut ? "ws://localhost:1/" : url, protocols);
      open.add(this);
      super.addEventListener("close", () => open.delete(this));
      super.addEventListener("message", (event) => {
        if (!frozen || event.isTrusted === false) return;
        event.stopImmediatePropagation();
        this.waiting.push(() =>
          this.dispatchEvent(new MessageEvent("message", { data: event.data })),
        );
      });
    }

    /** @override @param {string | ArrayBufferLike | Blob | ArrayBufferView<ArrayBuffer>} data */
    send(data) {
      if (frozen) this.waiting.push(() => this.readyState === WebSocket.OPEN && super.send(data));
      else super.send(data);
    }
  }

  return {
    WebSocket: Wire,
    get cut() {
      return cut;
    },
    set cut(now) {
      cut = now;
      if (now) for (const socket of open) socket.close();
    },
    get frozen() {
      return frozen;
    },
    set frozen(now) {
      frozen = now;
      if (!now) for (const socket of open) for (const pass of socket.waiting.splice(0)) pass();
    },
  };
}
