import { abortSignal, boolean, checkOptions, func, integerIn, string } from "../../core/check.js";
import { ApusError } from "../../core/errors.js";

/** @typedef {import("./chunks.js").PageRequest} PageRequest */

/**
 * `count` asks for `total`.
 * @typedef {PageRequest & { count: boolean, signal: AbortSignal }} PageQuery
 */

/**
 * @template [Row=unknown]
 * @typedef {Omit<import("./chunks.js").Answer, "rows"> & { rows: readonly Row[] }} PageAnswer
 */

/**
 * @template [Row=unknown]
 * @typedef {object} PagesOptions `url` or `fetchPage`
 * @property {string | URL} [url] of a table behind a gateway, such as "/apus/table/cities"
 * @property {(query: PageQuery) => PageAnswer<Row> | PromiseLike<PageAnswer<Row>>} [fetchPage] instead of `url`:
 *   the rows behind `after`, in front of `before`, from the ordinal `at` on, or else the first ones
 * @property {number} [size] rows a page, 1 to 9,999; 100. A jump asks for one more
 * @property {string} [order] of the table behind `url`
 * @property {Record<string, unknown>} [where] of the table behind `url`
 * @property {string} [search] of the table behind `url`
 * @property {boolean} [total] the table is counted, so that the list has its length and can jump to any row
 * @property {(row: Row) => unknown} [key] tells rows apart; default: their `id`
 * @property {(row: Row) => string[]} [tags] of a row; default with `name`: `<name>:<key>`
 * @property {import("../../cache/cache.js").Cache<unknown>} [cache] keeps each page, with the tags of its rows
 * @property {string} [name] of the table; default with `url`: its last part. Each page has the tag
 *   `<name>:rows`, for rows that come, go or move. Needed for `fetchPage` with `cache`
 * @property {number} [ahead] pages that are fetched before the list asks, at most; 0 to 16, 4
 * @property {typeof globalThis.fetch} [fetch] for `url`: adds headers, for example
 * @property {AbortSignal} [signal] disposes of the source
 */

/** @param {any} value @param {string} name */
function urlCheck(value, name) {
  if (typeof value !== "string" && !(value instanceof URL)) {
    throw new TypeError(`${name} must be a string or a URL`);
  }
}

/** @type {Record<keyof PagesOptions, import("../../core/check.js").Check>} */
const checks = {
  url: urlCheck,
  fetchPage: func,
  size: integerIn(1, 9999),
  order: string,
  where(value, name) {
    if (value === null || typeof value !== "object" || Array.isArray(value)) {
      throw new TypeError(`${name} must be an object`);
    }
  },
  search: string,
  total: boolean,
  key: func,
  tags: func,
  cache(value, name) {
    if (typeof value?.fetch !== "function" || typeof value.refresh !== "function") {
      throw new TypeError(`${name} must be a Cache`);
    }
  },
  name: string,
  ahead: integerIn(0, 16),
  fetch: func,
  signal: abortSignal,
};

/** @param {PagesOptions<any>} options @throws {TypeError | RangeError} that names the argument */
export function checked(options) {
  checkOptions("pages", options, checks);
  const { url, fetchPage, size = 100, key = (row) => row.id, total = false, ahead = 4 } = options;
  if ((url === undefined) === (fetchPage === undefined)) {
    throw new TypeError("pages: url or fetchPage must be given, and not both");
  }
  const other = fetchPage && ["order", "where", "search", "fetch"].find((name) => name in options);
  if (other) throw new TypeError(`pages: ${other} is for url; fetchPage does without`);
  const base = url === undefined ? undefined : tableUrl(url, options);
  const table = options.name ?? (base && decodeURIComponent(base.pathname.split("/").at(-1) ?? ""));
  if (options.cache && !table)
    throw new TypeError("pages: name is needed for fetchPage with cache");
  const none = /** @returns {string[]} */ () => [];
  return {
    ...{ size, key, total, ahead, cache: options.cache, signal: options.signal },
    /** Of rows that come, go or move. */
    rowsTag: table ? `${table}:rows` : undefined,
    tags: options.tags ?? (table ? (/** @type {any} */ row) => [`${table}:${key(row)}`] : none),
    /** Of entries in the cache. */
    name: `pages:${base ? base.origin + base.pathname + base.search : table}`,
    fetchPage: fetchPage ?? fetcher(/** @type {URL} */ (base), options),
  };
}

/** @param {string | URL} url @param {PagesOptions} options @throws {TypeError} for no address */
function tableUrl(url, { order, where, search }) {
  let all;
  try {
    all = new URL(url, globalThis.location?.href);
  } catch {
    throw new TypeError(`pages: url must be an address, got "${url}"`);
  }
  if (order !== undefined) all.searchParams.set("order", order);
  if (where !== undefined) all.searchParams.set("where", JSON.stringify(where));
  if (search) all.searchParams.set("search", search);
  return all;
}

/** @param {URL} base @param {PagesOptions} options @returns {NonNullable<PagesOptions["fetchPage"]>} */
function fetcher(base, { fetch = globalThis.fetch }) {
  return async ({ signal, count, ...request }) => {
    const url = new URL(base);
    for (const [name, value] of Object.entries(request)) url.searchParams.set(name, `${value}`);
    if (count) url.searchParams.set("count", "1");
    const response = await fetch(url, { signal });
    if (response.ok) return response.json();
    const { code, detail, title } = await response.json().catch(() => ({}));
    const message = `${detail ?? title ?? base.pathname}: HTTP ${response.status}`;
    throw new ApusError(code ?? "HTTP_STATUS", message);
  };
}
