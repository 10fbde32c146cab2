import { ApusError } from "../../core/errors.js";

/** @typedef {import("./events.js").LiveEvent} LiveEvent */

/**
 * See `Channel.events`.
 * @param {(use: import("./stream.js").StreamUse) => import("./stream.js").Stream} open
 * @param {import("./channel.js").Channel} channel
 * @param {{ signal?: AbortSignal, buffer?: number }} options
 * @returns {AsyncGenerator<LiveEvent[], void, void>}
 */
export async function* iterate(open, channel, { signal, buffer = 1000 }) {
  /** @type {LiveEvent[]} */
  let events = [];
  /** @type {ApusError | undefined} */
  let error;
  let ended = signal?.aborted ?? false;
  let paused = false;
  let wake = () => {};
  const end = () => {
    ended = true;
    wake();
  };
  /** @param {ApusError} why */
  const fail = (why) => {
    error ??= why;
    stream.pause();
    wake();
  };
  const stream = open({
    take(more) {
      if (error) return;
      events = events.concat(more);
      paused = events.length >= buffer;
      if (paused) stream.pause();
      wake();
    },
    resumed({ recovered, reason }) {
      if (!recovered) fail(new ApusError("LOST", `${channel.name}: events are gone: ${reason}`));
    },
    refused: fail,
  });
  signal?.addEventListener("abort", end);
  channel.addEventListener("close", end);
  try {
    stream.start();
    while (!ended) {
      if (events.length > 0) {
        const its = events;
        events = [];
        yield its;
        if (paused && !error) {
          paused = false;
          stream.start();
        }
      } else if (error) throw error;
      else await new Promise((resolve) => (wake = () => resolve(0)));
    }
  } finally {
    stream.close();
    signal?.removeEventListener("abort", end);
    channel.removeEventListener("close", end);
  }
}
