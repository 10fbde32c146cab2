/** @typedef {import("./events.js").LiveEvent} LiveEvent */

/**
 * What has come for a reader, and how to wake it.
 * @typedef {object} Reading
 * @property {LiveEvent[]} events
 * @property {import("../../core/errors.js").ApusError | undefined} error after the events
 * @property {() => void} wake
 */

/**
 * See `Channel.events`.
 * @param {import("./stream.js").Stream} stream @param {Reading} reading
 * @param {import("./channel.js").Channel} channel @param {AbortSignal} [signal]
 * @returns {AsyncGenerator<LiveEvent[], void, void>}
 */
export async function* iterate(stream, reading, channel, signal) {
  let ended = signal?.aborted ?? false;
  const end = () => {
    ended = true;
    reading.wake();
  };
  signal?.addEventListener("abort", end);
  channel.addEventListener("close", end);
  try {
    while (!ended) {
      const { events, error } = reading;
      if (events.length > 0) {
        reading.events = [];
        yield events;
        if (!reading.error) stream.start(); // so much waited that it has paused
      } else if (error) throw error;
      else {
        await new Promise((resolve) => {
          reading.wake = () => resolve(0);
        });
      }
    }
  } finally {
    stream.close();
    signal?.removeEventListener("abort", end);
    channel.removeEventListener("close", end);
  }
}
