import { cursorText } from "../../sync/position.js";
import { LOGS } from "../engine.node.js";
import { NOTHING, StreamEvent } from "../streams.node.js";
import { bad } from "./requests.node.js";

/** @typedef {import("./hub.node.js").Source} Source */
/** @typedef {import("../engine.node.js").Event} Event */
/** @typedef {import("../engine.node.js").Engine & { streams: import("../streams.node.js").Streams }} WithStreams */

/**
 * A kind of streams that clients can subscribe to although they are not channels.
 * @typedef {object} Own
 * @property {string} kind for which `authorize` is asked, with what the stream is about
 * @property {Source} source
 */

/** Streams of the gateway's own: their names begin with "#". */
export class OwnStreams {
  /** @type {Map<string, Own>} */
  #all = new Map();

  /** @param {string} prefix such as `#state:`, or a whole name such as `#nodes` @param {Own} own */
  add(prefix, own) {
    this.#all.set(prefix, own);
  }

  /**
   * @param {string} name
   * @returns {(Own & { about: (name: string) => string }) | undefined}
   */
  find(name) {
    const end = name.indexOf(":") + 1;
    const own = this.#all.get(end === 0 ? name : name.slice(0, end));
    return own && { ...own, about: () => (end === 0 ? name : name.slice(end)) };
  }
}

/**
 * `#presence:<channel>` and `#log:<n>`.
 * @param {WithStreams} engine
 * @param {import("../values.node.js").Values} values @param {import("./hub.node.js").Hub} hub
 */
export function ownStreams(engine, { feed }, hub) {
  const own = new OwnStreams();
  own.add("#presence:", { kind: "presence", source: engine.streams });
  feed.listen(({ log, events, lost }) => {
    const channel = hub.get(`#log:${log}`);
    if (!channel) return;
    if (lost) void channel.check();
    for (const event of events) channel.heard([streamed(event)]);
  });
  /** @type {Source} */
  const source = {
    async head(name) {
      const { epoch, offset } = feed.heads[logOf(name)] ?? NOTHING;
      return { epoch, offset };
    },
    async after(name, seen, limit) {
      const log = logOf(name);
      const after = seen.epoch === 0 ? undefined : seen;
      const { events, lost, head } = await engine.events(log, after, limit + 1);
      const [first] = events;
      // Events of one epoch.
      const its = events.filter(({ at }) => at.epoch === first.at.epoch).slice(0, limit);
      const { epoch, offset } = its.at(-1)?.at ?? head ?? NOTHING;
      const more = its.length < events.length;
      return {
        ...{ epoch, events: its.map(streamed), last: offset, more, lost },
        head: feed.heads[log] ?? head ?? NOTHING,
      };
    },
  };
  own.add("#log:", { kind: "log", source });
  return own;
}

/** @param {string} name */
function logOf(name) {
  const [, text] = /^#log:(\d{1,2})$/.exec(name) ?? [];
  if (text === undefined || Number(text) >= LOGS) throw bad("there is no such log");
  return Number(text);
}

/** @param {Event} event of a log */
function streamed({ kind, name, at, check }) {
  const wire = [kind, name, cursorText({ ...at, check })];
  return new StreamEvent(`0,"${kind}",${JSON.stringify(wire)},0`, undefined, at.epoch, at.offset);
}
