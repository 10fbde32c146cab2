import { newest } from "./channel.node.js";
import { filterOf } from "./filter.node.js";
import { bad, channelOf, integerOf, nameOf, positionOf, Refused, textOf } from "./requests.node.js";

/** Of a request, as a client sent them. @typedef {Record<string, unknown>} Args */

/**
 * Answers a request of a client. What it throws is the refusal: `Refused`, or an `ApusError` with its
 * code.
 * @typedef {(session: import("./session.node.js").Session, args: Args) => unknown} Handler the result is JSON;
 *   its `data` and its `events`' data may be `Uint8Array`
 */

/** @typedef {import("../streams.node.js").StreamEvent} StreamEvent */

const MOST = 1000; // events of an answer

/** What clients may ask of channels, by kind. @type {Record<string, Handler>} */
export const channelKinds = {
  publish(session, { channel, type, data = null, key, publisher, seq }) {
    const name = channelOf(channel);
    const event = {
      type: textOf(type, "type", 64),
      data,
      key: key === undefined ? undefined : textOf(key, "key", 1024),
    };
    const options = {
      publisher: textOf(publisher, "publisher", 64),
      seq: integerOf(seq, "seq", 0, Number.MAX_SAFE_INTEGER),
    };
    // One after the other, so that no number overtakes a smaller one.
    return session.inOrder(name, async () => {
      await session.live.allow(session, "publish", name);
      if (session.ended) throw new Refused("CLOSED", "the connection has ended");
      const { at } = await session.live.append(name, event, options);
      return at;
    });
  },

  async after(session, args) {
    const name = nameOf(args.channel);
    const { live } = session;
    const { source, filters, latest } = live.placeOf(name);
    if (!source.after) throw bad("this stream has no history");
    const filter = filterOf(args.where, filters);
    const seen = positionOf(args);
    const limit = integerOf(args.limit ?? MOST, "limit", 1, MOST);
    await live.allow(session, "subscribe", name);
    const read = await source.after(name, seen, limit);
    const { epoch, lost, head } = read;
    const events = fitting(read.events, live.limits.queue / 2);
    const whole = events.length === read.events.length;
    const { last, more } = whole ? read : { last: events[events.length - 1].offset, more: true };
    const matching = filter ? events.filter(filter.matches) : events;
    const wire = (latest ? newest(matching) : matching).map((event) => event.wire);
    return { epoch, events: wire, last, more, lost, head: head.offset };
  },

  async tail(session, args) {
    const name = channelOf(args.channel);
    const { live } = session;
    const filter = filterOf(args.where, live.placeOf(name).filters);
    const limit = integerOf(args.limit ?? 100, "limit", 1, MOST);
    await live.allow(session, "history", name);
    const events = await live.streams.tail(name, filter ? MOST : limit);
    const matching = (filter ? events.filter(filter.matches) : events).slice(-limit);
    const newestFirst = fitting(matching.toReversed(), live.limits.queue / 2);
    const { epoch, offset } = events.at(-1) ?? (await live.streams.head(name));
    return { epoch, events: newestFirst.toReversed().map((event) => event.wire), last: offset };
  },

  async presence(session, args) {
    const name = await present(session, args);
    const { members, at } = await session.live.presence.members(name);
    return { members, ...at };
  },

  async enter(session, args) {
    const name = await present(session, args);
    await session.live.presence.enter(session, name, args.state ?? null);
    return {};
  },

  async leave(session, args) {
    await session.live.presence.leave(session, channelOf(args.channel));
    return {};
  },
};

/**
 * The first events, as many as a client can take at once while others come; one at least. A client
 * that is cut off because it is slow would otherwise ask for the same again, and be cut off again.
 * @param {StreamEvent[]} events @param {number} most bytes
 */
function fitting(events, most) {
  let size = 0;
  const end = events.findIndex(({ text, bytes }) => {
    size += text.length + (bytes?.byteLength ?? 0);
    return size > most;
  });
  return end < 0 ? events : events.slice(0, Math.max(end, 1));
}

/** @param {import("./session.node.js").Session} session @param {Args} args */
async function present(session, { channel, state = null }) {
  const name = channelOf(channel);
  if (JSON.stringify(state).length > 4096) throw new Refused("TOO_LARGE", "a state may have 4 kB");
  await session.live.allow(session, "presence", name);
  return name;
}
