import { eventsOf } from "./events.js";

/**
 * @param {import("./channel.js").Context} context
 * @param {import("./stream.js").StreamOf} what @param {number} limit
 * @returns {Promise<import("./events.js").LiveEvent[]>}
 */
export async function history(context, { channel, where }, limit) {
  const { epoch, events } = await context.request(
    "tail",
    { channel, where, limit },
    { again: true },
  );
  return eventsOf(epoch, events);
}
