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

/** Channels in memory: what a source needs of an engine's streams. */
export class Streams {
  /** @type {Map<string, Event[]>} */ channels = new Map();
  /** @type {Map<string, { seq: number, at: any }>} */ #publishers = new Map();
  /** Events that came again and were refused. */
  repeated = 0;
  /** What each append was, in order. @type {{ channel: string, publisher: string, seq: number, count: number }[]} */
  appends = [];

  /** @type {import("../../../js/gateway/sources.node.js").Streams["append"]} */
  append = async (channel, events, { publisher, seq }) => {
    const name = JSON.stringify([channel, publisher]);
    const last = this.#publishers.get(name);
    if (last && seq <= last.seq) {
      this.repeated += events.length;
      return { at: last.at, duplicate: true };
    }
    const list = this.channels.get(channel) ?? [];
    // As an engine writes them.
    list.push(...JSON.parse(JSON.stringify(events)));
    this.channels.set(channel, list);
    this.appends.push({ channel, publisher, seq, count: events.length });
    const at = { epoch: 1, offset: list.length - 1 };
    this.#publishers.set(name, { seq, at });
    return { at, duplicate: false };
  };

  /** @param {string} channel */
  of = (channel) => this.channels.get(channel) ?? [];
}

/** An engine in memory with channels. */
export function engineOf(streams = new Streams()) {
  return Object.assign(new MemoryEngine(), { streams });
}

/**
 * @param {Partial<PostgresOptions> & Pick<PostgresOptions, "url" | "tables">} options
 * @param {ReturnType<typeof engineOf>} [engine]
 */
export async function follow(options, engine = engineOf()) {
  /** @type {any[]} */ const errors = [];
  /** @type {any[]} */ const losses = [];
  const source = await postgres({
    ...{ slot: "apus", publication: "apus", create: true, timeout: 3000 },
    ...{ onError: (error) => errors.push(error), onLost: (lost) => losses.push(lost) },
    ...options,
  });
  const gateway = await Gateway.open({ engine, sources: [source] });
  const { streams } = engine;
  opened.add(gateway);
  const close = gateway.close.bind(gateway);
  gateway.close = async () => {
    if (opened.delete(gateway)) await close();
  };
  return {
    ...{ source, gateway, engine, streams, errors, losses },
    streaming: () => until(async () => source.status.state === "streaming", "the stream"),
    /** Waits for events. @param {string} channel @param {number} count */
    events: async (channel, count) => {
      await until(async () => streams.of(channel).length >= count, `${count} events`).catch(
        (cause) => {
          const is = JSON.stringify({ is: streams.of(channel), errors: errors.map(String) });
          throw new Error(`${channel}: ${is}`, { cause });
        },
      );
      assert.equal(streams.of(channel).length, count);
      return streams.of(channel);
    },
  };
}
