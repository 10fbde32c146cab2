// A gateway with a PostgreSQL source, for the tests.
import assert from "node:assert/strict";
import { after } from "node:test";
import { Gateway } from "../../../js/gateway/gateway.node.js";
import { MemoryEngine } from "../../../js/gateway/memory-engine.node.js";
import { postgres } from "../../../js/gateway/postgres/postgres.node.js";
import { until } from "../servers.js";

/** @typedef {import("../../../js/gateway/postgres/options.node.js").PostgresOptions} PostgresOptions */
/** @typedef {{ type: string, data: any, key?: string }} Event */

/** @type {Set<Gateway>} */
const opened = new Set();
after(() => Promise.all([...opened].map((gateway) => gateway.close())));

/** An engine in memory that also keeps what was appended to its channels. */
export class RecordingEngine extends MemoryEngine {
  /** @type {Map<string, Event[]>} */ channels = new Map();
  /** @type {{ channel: string, publisher: string | undefined, seq: number | undefined, count: number }[]} */
  appends = [];
  /** Events that came again and were refused. */
  repeated = 0;

  constructor() {
    super();
    const { append } = this.streams;
    this.streams.append = async (channel, events, options) => {
      const answer = await append.call(this.streams, channel, events, options);
      const count = events.length;
      if (answer.duplicate) this.repeated += count;
      else {
        const { publisher, seq } = options;
        this.appends.push({ channel, publisher, seq, count });
        // As an engine writes them.
        const list = this.of(channel);
        list.push(...JSON.parse(JSON.stringify(events)));
        this.channels.set(channel, list);
      }
      return answer;
    };
  }

  /** @param {string} channel @returns {Event[]} */
  of(channel) {
    return this.channels.get(channel) ?? [];
  }
}

/**
 * @param {Partial<PostgresOptions> & Pick<PostgresOptions, "url" | "tables">} options
 * @param {RecordingEngine} [engine]
 */
export async function follow(options, engine = new RecordingEngine()) {
  /** @type {any[]} */ const errors = [];
  /** @type {any[]} */ const losses = [];
  const source = await postgres({
    ...{ slot: "apus", publication: "apus", create: true, timeout: 3000 },
    ...{ onError: (error) => errors.push(error), onLost: (lost) => losses.push(lost) },
    ...options,
  });
  const gateway = await Gateway.open({ engine, sources: [source] });
  opened.add(gateway);
  const close = gateway.close.bind(gateway);
  gateway.close = async () => {
    if (opened.delete(gateway)) await close();
  };
  return {
    ...{ source, gateway, engine, errors, losses },
    streaming: () => until(async () => source.status.state === "streaming", "the stream"),
    /** Waits for events. @param {string} channel @param {number} count */
    events: async (channel, count) => {
      await until(async () => engine.of(channel).length >= count, `${count} events`).catch(
        (cause) => {
          const is = JSON.stringify({ is: engine.of(channel), errors: errors.map(String) });
          throw new Error(`${channel}: ${is}`, { cause });
        },
      );
      assert.equal(engine.of(channel).length, count);
      return engine.of(channel);
    },
  };
}
