import { eventsOf } from "./events.js";

/**
 * @param {import("./client.js").Client} client
 * @param {import("./stream.js").StreamOf} what @param {number} limit
 * @returns {Promise<import("./events.js").LiveEvent[]>}
 */
export async function history(client, { channel, where }, limit) {
  const { epoch, events } = await client.request(
    "tail",
    { channel, where, limit },
    { again: true },
  );
  return eventsOf(epoch, events);
}
