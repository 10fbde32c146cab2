import { positionText, START } from "../sync/position.js";
import { batched, batchOf } from "./batch.node.js";
import { Digest } from "./digest.node.js";
import { compressed } from "./encoding.node.js";
import { TAGS } from "./engine.node.js";
import { fenceOf } from "./fences.node.js";
import { etag, valueHeaders } from "./headers.node.js";
import { changeValue, idempotencyKey } from "./idempotent.node.js";
import { LiveHttp } from "./live/http.node.js";
import { Live } from "./live/live.node.js";
import { liveFamilies } from "./live/metrics.node.js";
import { servicesOverHttp } from "./live/services.node.js";
import { Loads, loadersOf } from "./loads.node.js";
import { logChunk, logDigest, logHeads, logNews } from "./log-http.node.js";
import { MemoryEngine } from "./memory-engine.node.js";
import { Metrics } from "./metrics.node.js";
import { checkGateway, isReading } from "./options.node.js";
import { Purger } from "./purge/purger.node.js";
import { RateLimit } from "./rate.node.js";
import { decoded, notAllowed, notFound, refusal } from "./refusals.node.js";
import {
  bodyOf,
  checkedKey,
  checkedNames,
  conditionsOf,
  defaultLimits,
  headerNames,
  jsonOf,
  milliseconds,
  PROTOCOL,
  protocolOf,
  Refusal,
  seenOf,
} from "./requests.node.js";
import { streamsOf } from "./sources.node.js";
import { TablesHttp } from "./tables-http.node.js";
import { Values } from "./values.node.js";

/** @typedef {import("./options.node.js").Action} Action */
/** @typedef {import("./options.node.js").GatewayOptions} GatewayOptions */

/**
 * The server side of Apus: values and their log over HTTP. It needs no framework: `handle` answers
 * a `Request` with a `Response`, and `serve` (serve.node.js) is Node's server around it.
 *
 *     GET HEAD PUT DELETE  /apus/k/<key>          a value
 *     POST                 /apus/batch            { "get": [key, …], "have": { key: version, … } }
 *     POST                 /apus/invalidate       { "tags": [], "prefixes": [] }
 *     GET                  /apus/log              the last cursor of each log
 *     POST                 /apus/log              { "after": { log: cursor, … } }: what came after
 *     GET                  /apus/log/<log>/<epoch>/<n>   chunk n of a log: 128 events
 *     GET                  /apus/log/digest       where each log changed last, by slots
 *     GET POST             /apus/live…            clients of channels, see live/http.node.js
 *     GET                  /apus/channel/<name>/<epoch>/<n>   chunk n of a channel's stream
 *     GET POST DELETE      /apus/services…        the registry, see live/services.node.js
 *     GET POST PATCH DELETE  /apus/table/<name>…  rows, see tables-http.node.js
 *     GET                  /apus/health           200, or 503 while the engine does not answer
 *     GET                  /apus/metrics          OpenMetrics
 */
export class Gateway {
  #options;
  #limits;
  #authorize;
  /** Path before all others. @readonly */ base;
  /** Undefined without the option. @readonly */ live;
  #http;
  /** @readonly */ values;
  /** @readonly */ loads;
  #rate;
  #metrics = new Metrics();
  #purgers;
  #digest;
  #tables;

  /**
   * @param {GatewayOptions} [options]
   * @returns {Promise<Gateway>} rejects when the engine cannot be asked; the engine then stays open
   * @throws {TypeError | RangeError} for a bad option, before anything starts
   */
  static async open(options = {}) {
    checkGateway(options);
    const { engine = "memory" } = options;
    const loaders = loadersOf(options.load ?? {});
    const it = engine === "memory" ? new MemoryEngine() : engine;
    if (options.live && !it.streams) {
      throw new TypeError("Gateway.open: live needs an engine with streams");
    }
    const { loadTimeout, purge = [], sources = [] } = options;
    if (sources.length > 0) streamsOf(it);
    const values = await Values.open(it);
    const loads = new Loads(values, it, loaders, loadTimeout);
    const live =
      options.live &&
      (await Live.open(/** @type {any} */ (it), values, options.live, options.authorize).catch(
        async (error) => {
          await values.release();
          throw error;
        },
      ));
    const purgers = purge.map((adapter) => new Purger(values, it, adapter));
    const gateway = new Gateway(values, loads, purgers, live, options);
    for (const source of sources) source.start({ values, engine: it, streams: streamsOf(it) });
    return gateway;
  }

  /**
   * Use `open`. @private
   * @param {Values} values @param {Loads} loads @param {Purger[]} purgers
   * @param {Live | undefined} live @param {GatewayOptions} options
   */
  constructor(values, loads, purgers, live, options) {
    this.#options = options;
    this.#limits = { ...defaultLimits, ...options.limits };
    this.base = options.base ?? "/apus/";
    this.#authorize = options.authorize ?? ((_, action) => isReading(action));
    this.values = values;
    this.loads = loads;
    this.#purgers = purgers;
    this.live = live;
    this.#http = live && new LiveHttp(live);
    this.#digest = new Digest(values.feed);
    this.#rate = options.rate && new RateLimit(options.rate);
    this.#tables = options.tables && new TablesHttp(values, options);
  }

  /**
   * @param {Request} request
   * @param {{ address?: string }} [connection] whom the rate is counted for
   * @returns {Promise<Response>} never rejects
   */
  async handle(request, { address = "" } = {}) {
    const begin = performance.now();
    /** @type {Response} */
    let response;
    try {
      this.#rate?.take(request, address);
      protocolOf(request.headers);
      response = await compressed(request, await this.#route(request));
    } catch (error) {
      response = refusal(error).response;
    }
    response.headers.set("apus-protocol", String(PROTOCOL));
    this.#metrics.observe(request.method, response.status, performance.now() - begin);
    return response;
  }

  /** Gateways and services; undefined without `live`. */
  get registry() {
    return this.live?.registry;
  }

  async close() {
    await this.live?.close();
    await Promise.all(this.#options.sources?.map((source) => source.close()) ?? []);
    await Promise.all(this.#purgers.map((purger) => purger.close()));
    await this.values.close();
  }

  /** @param {Request} request @returns {Promise<Response>} */
  async #route(request) {
    const { pathname } = new URL(request.url);
    if (!pathname.startsWith(this.base)) throw notFound();
    const path = pathname.slice(this.base.length);
    if (path.startsWith("k/")) return this.#value(request, decoded(path.slice(2)));
    const route = `${request.method === "HEAD" ? "GET" : request.method} ${path.split("/")[0]}`;
    if (route === "POST batch") return this.#batch(request);
    if (route === "POST invalidate") return this.#invalidate(request);
    if (route === "GET health") return this.#health();
    if (route === "GET metrics") return this.#numbers(request);
    const [first] = path.split("/");
    if (this.#http && first === "live") return this.#http.live(request, path);
    if (this.live && first === "services") return servicesOverHttp(this.live, request, path);
    if (this.#http && first === "channel") return this.#http.chunk(request, path);
    if (this.#tables && first === "table") {
      return this.#tables.answer(request, path, this.#limits, this.#allow.bind(this));
    }
    if (first !== "log") throw notFound();
    await this.#allow(request, { kind: "log", keys: [], tags: [] });
    if (route === "POST log") return logNews(this.values, await jsonOf(request, this.#limits));
    if (route !== "GET log") throw notAllowed("GET, HEAD, POST");
    if (path === "log") return logHeads(this.values.feed);
    return path === "log/digest" ? logDigest(this.#digest) : logChunk(this.values, path);
  }

  /** @param {Request} request @param {string} text of the path */
  async #value(request, text) {
    const key = checkedKey(text, this.#limits);
    const { method, headers } = request;
    if (method === "GET" || method === "HEAD") {
      await this.#allow(request, { kind: "read", keys: [key], tags: [] });
      return this.#read(request, key);
    }
    if (method === "PUT") return this.#write(request, key);
    if (method !== "DELETE") throw notAllowed("GET, HEAD, PUT, DELETE");
    await this.#allow(request, { kind: "delete", keys: [key], tags: [] });
    const fence = fenceOf(headers);
    const conditions = conditionsOf(headers);
    return this.#changed(headers, { key, conditions, fence });
  }

  /** @param {Request} request @param {string} key */
  async #read({ headers: asked, method }, key) {
    const newest = /no-cache/.test(asked.get("cache-control") ?? "");
    const found = await this.loads.get(key, { newest, seen: seenOf(asked.get("apus-seen")) });
    const shared = !asked.has("authorization") && !asked.has("cookie");
    const { edge = {} } = this.#options;
    const headers = valueHeaders(key, found, { edge, shared, now: Date.now() });
    const { stored } = found;
    if (!stored?.type) return new Response(null, { status: 404, headers });
    if (asked.get("if-none-match") === etag(stored.version)) {
      return new Response(null, { status: 304, headers });
    }
    headers.set("content-type", stored.type);
    const body = /** @type {Uint8Array<ArrayBuffer>} */ (stored.body);
    return new Response(method === "HEAD" ? null : body, { headers });
  }

  /** @param {Request} request @param {string} key */
  async #write(request, key) {
    const { headers } = request;
    const tags = checkedNames(headerNames(headers.get("apus-tags")), "tags", this.#limits);
    const ttl = milliseconds(headers, "apus-ttl");
    const staleFor = milliseconds(headers, "apus-stale-for");
    const conditions = conditionsOf(headers);
    const fence = fenceOf(headers);
    const type = headers.get("content-type") || "application/octet-stream";
    await this.#allow(request, { kind: "write", keys: [key], tags });
    const body = await bodyOf(request, this.#limits);
    const value = { body, type, tags, ttl, staleFor };
    return this.#changed(headers, { key, value, conditions, fence });
  }

  /** @param {Headers} asked @param {import("./idempotent.node.js").Change} change */
  async #changed(asked, change) {
    const tagsAsOf = this.values.feed.heads[TAGS] ?? START;
    const { version, replayed } = await changeValue(this.values, change, idempotencyKey(asked));
    const again = replayed ? { "idempotent-replayed": "true" } : undefined;
    if (!version) {
      throw new Refusal(412, "CHANGED", "the value is not the one of the condition", again);
    }
    const headers = {
      ...again,
      etag: etag(version),
      "apus-as-of": `${positionText(version)}, ${positionText(tagsAsOf)}`,
    };
    return new Response(null, { status: 204, headers });
  }

  /** @param {Request} request */
  async #batch(request) {
    const { keys, have, seen } = batchOf(await jsonOf(request, this.#limits), this.#limits);
    await this.#allow(request, { kind: "read", keys, tags: [] });
    const newest = /no-cache/.test(request.headers.get("cache-control") ?? "");
    const answers = await Promise.all(
      keys.map(async (key, i) => {
        try {
          return batched(await this.loads.get(key, { newest, seen: seen[i] }), have[i]);
        } catch (error) {
          return { error: refusal(error).code };
        }
      }),
    );
    const values = Object.fromEntries(keys.map((key, i) => [key, answers[i]]));
    return Response.json({ values }, { headers: { "cache-control": "no-store" } });
  }

  /** @param {Request} request */
  async #invalidate(request) {
    const body = await jsonOf(request, this.#limits);
    const tags = checkedNames(body.tags, "tags", this.#limits);
    const prefixes = checkedNames(body.prefixes, "prefixes", this.#limits);
    await this.#allow(request, { kind: "invalidate", keys: [], tags: [...tags, ...prefixes] });
    const at = await this.values.invalidate(tags, prefixes);
    return Response.json({ at: positionText(at) }, { headers: { "cache-control": "no-store" } });
  }

  #health() {
    const { failure } = this.values.feed;
    const headers = { "cache-control": "no-store" };
    const status = failure ? 503 : 200;
    return Response.json({ status: failure ? "degraded" : "ok" }, { status, headers });
  }

  /** @param {Request} request */
  async #numbers(request) {
    await this.#allow(request, { kind: "metrics", keys: [], tags: [] });
    const type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    const more = [...(this.live ? liveFamilies(this.live) : []), ...(this.#tables?.families ?? [])];
    const text = this.#metrics.text(this.values, this.loads, this.#purgers, more);
    return new Response(text, { headers: { "content-type": type, "cache-control": "no-store" } });
  }

  /** @param {Request} request @param {Action} action @param {any} [user] */
  async #allow(request, action, user) {
    if ((await this.#authorize(request, action, user)) === true) return;
    throw new Refusal(403, "FORBIDDEN", `not allowed: ${action.kind}`);
  }
}
