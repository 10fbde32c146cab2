import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { digestOf, idempotencyKey } from "./idempotent.node.js";
import { badFilter } from "./postgres/tables/spec.node.js";
import { decoded, notAllowed, notFound } from "./refusals.node.js";
import { bodyOf, Refusal } from "./requests.node.js";
import { bulkAnswer } from "./tables-bulk.node.js";
import { tableFamilies } from "./tables-metrics.node.js";

/** @typedef {import("./options.node.js").Action} Action */
/** @typedef {import("./postgres/tables/spec.node.js").Table} Table */
/** @typedef {(request: Request, action: Action, user: unknown) => Promise<void>} Allow throws if not */

/** Characters of `Apus-Tags`: clients take headers of 16 kB in all. */
const TAGS_MOST = 6000;
const parameters = new Set(
  "size order where search columns after before at count aggregate by".split(" "),
);

/** @param {any} value @param {string} name */
export function secretCheck(value, name) {
  if (typeof value !== "string" || value.length < 32) {
    throw new TypeError(`${name} must be a string of 32 characters or more`);
  }
}

/** @param {any} value @param {string} name */
export function tablesCheck(value, name) {
  if (value === null || typeof value !== "object") throw new TypeError(`${name} must be an object`);
  for (const [table, it] of Object.entries(value)) {
    if (!/^[\w.-]{1,63}$/.test(table)) throw new RangeError(`${name}: "${table}" is no name`);
    if (typeof it?.page !== "function" || typeof it.change !== "function") {
      throw new TypeError(`${name}.${table} must be what postgresTable or memoryTable returns`);
    }
  }
}

/**
 * @param {import("./options.node.js").GatewayOptions} options
 * @throws {TypeError} when tables have tenants, and nothing says who asks
 */
export function checkTenants({ tables = {}, user }) {
  const [name] = Object.entries(tables).find(([, { spec }]) => spec.tenant) ?? [];
  if (name === undefined || user) return;
  throw new TypeError(`Gateway.open: tables.${name} has a tenant, which needs the option user`);
}

/**
 * Tables over HTTP.
 *
 *     GET     table/<name>?size order where search columns after | before | at count
 *     GET     table/<name>?aggregate=count | sum:<column> & by where search
 *     GET     table/<name>/<id>
 *     POST    table/<name>        a row, which is inserted
 *     PATCH   table/<name>/<id>   columns to set
 *     DELETE  table/<name>/<id>
 *     POST    table/<name>:batch  rows, see tables-bulk.node.js
 *     PATCH   table/<name>:batch  keys and columns to set
 *
 * Changes take an `Idempotency-Key`.
 */
export class TablesHttp {
  #values;
  #secret;
  #user;
  /** @type {Map<string, Table>} */ #tables;

  /**
   * @param {import("./values.node.js").Values} values
   * @param {import("./options.node.js").GatewayOptions} options checked, with tables
   */
  constructor(values, { tables = {}, user, secret }) {
    this.#values = values;
    this.#secret = secret ?? randomBytes(32);
    this.#user = user;
    this.#tables = new Map(Object.entries(tables));
    for (const [name, table] of this.#tables) {
      table.served(name, (tags) => values.invalidate(tags));
    }
  }

  /** @param {Request} request @param {string} path @param {import("./requests.node.js").Limits} limits @param {Allow} allow */
  async answer(request, path, limits, allow) {
    const [, called, id, ...more] = path.split("/").map(decoded);
    const [, name, bulk] = /^(.*?)(:batch)?$/s.exec(called) ?? [];
    const { method } = request;
    const reads = method === "GET" || method === "HEAD";
    const user = await this.#user?.(request);
    await allow(request, { kind: "table", keys: [], tags: [], table: name, write: !reads }, user);
    const table = this.#tables.get(name);
    if (!table) throw new Refusal(404, "UNKNOWN_TABLE", `there is no table "${name}"`);
    if (more.length > 0 || (bulk && id !== undefined) || id === "" || id?.includes("\0"))
      throw notFound();
    const kind = { POST: "insert", PATCH: "update", DELETE: "delete" }[method];
    const tenant = tenantOf(table, user);
    const asked = { name, table, tenant, id };
    if (bulk) return bulkAnswer(request, table, tenant, limits);
    if (reads) return id === undefined ? this.#rows(request, asked) : this.#row(request, asked);
    if (!kind || (id === undefined) !== (kind === "insert")) {
      throw notAllowed(id === undefined ? "GET, HEAD, POST" : "GET, HEAD, PATCH, DELETE");
    }
    return this.#change(request, /** @type {"insert"} */ (kind), asked, limits);
  }

  /** Of tables in databases, for the metrics. */
  get families() {
    return tableFamilies(this.#tables);
  }

  /** @param {Request} request @param {Asked} asked */
  async #rows(request, { name, table, tenant }) {
    const { spec } = table;
    const given = new URL(request.url).searchParams;
    for (const parameter of given.keys()) {
      if (!parameters.has(parameter)) throw badFilter(`there is no parameter "${parameter}"`);
    }
    const selection = {
      ...{ where: spec.where(given.get("where")), search: spec.searched(given.get("search")) },
      ...{ tenant, fresh: isFresh(request) },
    };
    if (given.has("aggregate")) {
      const query = { ...spec.aggregate(given.get("aggregate"), given.get("by")), ...selection };
      return json(request, { groups: await table.aggregate(query) }, [name, `${name}:rows`]);
    }
    const orderName = given.get("order") ?? "";
    const order = spec.order(orderName);
    const scope = JSON.stringify([name, orderName, selection.where, selection.search, tenant]);
    const place = (/** @type {string} */ side) => {
      const text = given.get(side);
      return text === null ? undefined : this.#placeOf(text, scope, order.length);
    };
    if (["after", "before", "at"].filter((from) => given.has(from)).length > 1) {
      throw badFilter("one of after, before and at");
    }
    const page = await table.page({
      ...selection,
      order,
      size: spec.size(Number(given.get("size") ?? Math.min(100, spec.pageMax))),
      columns: spec.selected(given.get("columns")),
      count: given.get("count") === "1",
      after: place("after"),
      before: place("before"),
      at: ordinal(given.get("at")),
    });
    const cursor = (/** @type {unknown[] | null} */ values) =>
      values && this.#cursor(values, scope);
    const body = { ...page, next: cursor(page.next), previous: cursor(page.previous) };
    const tags = page.rows.map((row) => `${name}:${row[spec.key]}`);
    return json(request, body, [name, `${name}:rows`, ...tags]);
  }

  /** @param {Request} request @param {Asked} asked */
  async #row(request, { name, table, tenant, id = "" }) {
    const selection = { where: [], search: "", tenant, fresh: isFresh(request) };
    const row = await table.row(id, selection);
    if (!row) throw notFound();
    return json(request, { row }, [name, `${name}:${row[table.spec.key]}`]);
  }

  /** @param {Request} request @param {"insert" | "update" | "delete"} kind @param {Asked} asked @param {import("./requests.node.js").Limits} limits */
  async #change(request, kind, { name, table, tenant, id }, limits) {
    const bytes = await bodyOf(request, limits);
    const row = kind === "delete" ? undefined : parsed(bytes);
    const key = idempotencyKey(request.headers);
    const digest = digestOf([request.method, name, id ?? "", tenant], bytes);
    // Nobody gets the answer of another tenant.
    const own = Object.keys(tenant).length ? JSON.stringify([tenant, key]) : key;
    const once = key === undefined ? undefined : { key: /** @type {string} */ (own), digest };
    const { status, body, replayed } = await table.change({ kind, id, row, tenant, once });
    if (status < 300) {
      const changed = JSON.parse(body).row[table.spec.key];
      const tags = new Set([`${name}:${changed}`, ...(id === undefined ? [] : [`${name}:${id}`])]);
      if (kind !== "update" || table.spec.places(row)) tags.add(`${name}:rows`);
      // Also when it is repeated: the first answer may have been lost before this.
      await this.#values.invalidate([...tags]);
    }
    const type = status < 300 ? "application/json" : "application/problem+json";
    const headers = new Headers({ "content-type": type, "cache-control": "no-store" });
    if (replayed) headers.set("idempotent-replayed", "true");
    return new Response(body, { status, headers });
  }

  /** @param {unknown[]} values @param {string} scope */
  #cursor(values, scope) {
    const body = Buffer.from(JSON.stringify(values)).toString("base64url");
    return `${body}.${this.#sign(body, scope).toString("base64url")}`;
  }

  /** @param {string} text @param {string} scope @param {number} length @returns {unknown[]} */
  #placeOf(text, scope, length) {
    const [body, mac = ""] = text.split(".");
    const given = Buffer.from(mac, "base64url");
    const expected = this.#sign(body, scope);
    if (given.length === expected.length && timingSafeEqual(given, expected)) {
      const values = JSON.parse(Buffer.from(body, "base64url").toString());
      if (values.length === length) return values; // or the orders are others now
    }
    throw new Refusal(400, "BAD_CURSOR", "the cursor is not one of this query");
  }

  /** @param {string} body @param {string} scope of the cursor: a query without its pages */
  #sign(body, scope) {
    const mac = createHmac("sha256", this.#secret).update(`${scope}\n${body}`).digest();
    return mac.subarray(0, 16);
  }
}

/** @typedef {{ name: string, table: Table, tenant: import("./postgres/tables/spec.node.js").Selection["tenant"], id?: string }} Asked */

/** @param {Table} table @param {unknown} user */
function tenantOf({ spec: { tenant: of } }, user) {
  if (!of) return {};
  let tenant;
  try {
    tenant = of(/** @type {never} */ (user));
  } catch {}
  const values = tenant !== null && typeof tenant === "object" ? Object.values(tenant) : [];
  // Without a value, the rows of all would be there.
  if (
    !tenant ||
    values.length === 0 ||
    values.some((value) => value === undefined || value === null)
  ) {
    throw new Refusal(403, "FORBIDDEN", "the user has no rows here");
  }
  return tenant;
}

/** @param {Request} request */
const isFresh = ({ headers }) => /no-cache/.test(headers.get("cache-control") ?? "");

/** @param {string | null} text */
function ordinal(text) {
  if (text === null) return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw badFilter("at must be 0 or more");
}

/** @param {Request} request @param {unknown} body @param {string[]} tags */
function json({ method }, body, tags) {
  const names = tags.map(encodeURIComponent).join(",");
  const headers = new Headers({
    "content-type": "application/json",
    "cache-control": "private, no-cache",
  });
  headers.set(
    "apus-tags",
    names.length <= TAGS_MOST ? names : tags.slice(0, 2).map(encodeURIComponent).join(","),
  );
  return new Response(method === "HEAD" ? null : JSON.stringify(body), { headers });
}

/** @param {Uint8Array} bytes @returns {any} */
function parsed(bytes) {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new Refusal(400, "BAD_JSON", "the body must be JSON");
  }
}
