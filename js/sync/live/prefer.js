import { randomId } from "./world.js";

/** Ms between two looks, at least and at most. */
const FASTEST = 10_000;
const SLOWEST = 600_000;

/**
 * Looks whether a transport opens again, ever more rarely. The connection by another one goes on meanwhile.
 * @param {() => Promise<import("./link.js").Transport>} load the transport
 * @param {import("./link.js").UpstreamOptions} options
 * @param {import("./world.js").World} world
 * @param {() => void} opens called once
 * @returns {() => void} ends it
 */
export function prefer(load, { url, fetch, WebSocket }, world, opens) {
  let wait = FASTEST;
  let over = false;
  let cancel = () => {};
  /** @type {import("./link.js").Link | undefined} */
  let link;
  const end = () => {
    over = true;
    cancel();
    link?.close();
  };
  const later = () => {
    if (over) return;
    cancel = world.later(look, wait * (1 + world.random()));
    wait = Math.min(2 * wait, SLOWEST);
  };
  const look = async () => {
    try {
      const transport = await load();
      if (over) return;
      const open = () => {
        if (over) return;
        end();
        opens();
      };
      const session = randomId();
      link = transport({ url, session, fetch, WebSocket, open, frame() {}, close: later });
    } catch {
      later();
    }
  };
  later();
  return end;
}
