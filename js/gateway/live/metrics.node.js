import { family } from "../metrics.node.js";

/** What the live side did, as families of OpenMetrics. @param {import("./live.node.js").Live} live */
export function liveFamilies({ sessions, hub, stats }) {
  let subscriptions = 0;
  let bytes = 0;
  for (const session of sessions) {
    subscriptions += session.subscriptions;
    bytes += session.transport.queued();
  }
  /** @param {string} name @param {string} help @param {number} value */
  const gauge = (name, help, value) => family(`apus_live_${name}`, "gauge", help, [["", value]]);
  /** @param {string} name @param {string} help @param {number} value */
  const counter = (name, help, value) =>
    family(`apus_live_${name}`, "counter", help, [["_total", value]]);
  return [
    gauge("connections", "Clients that are connected.", sessions.size),
    gauge("subscriptions", "Their subscriptions.", subscriptions),
    gauge("channels", "Channels with a subscriber here.", hub.size),
    gauge("queue_bytes", "Bytes that wait for clients.", bytes),
    counter("accepted", "Clients let in.", stats.accepted),
    counter("cut", "Clients cut off because they were slow.", stats.cut),
    counter("published", "Events appended by this gateway.", stats.published),
    counter("events_in", "Events heard of, of channels with a subscriber here.", hub.stats.in),
    counter("events_out", "Events sent to clients.", hub.stats.out),
  ];
}
