// The gateway of the demo "Atlas", in the server of `npm start`: the 135,233 cities as a table, in
// PostgreSQL if a database is named, otherwise in this process's memory. It is opened by the first
// request, because most visitors of the demos do not need it.
//
//   /atlas/gateway/…    the gateway: its table "cities", and the log
//   GET  /atlas/state   { cities, database }
//
// Pages of this server may change names and populations; nobody inserts or deletes.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fold } from "../demo/atlas/fold.js";
import { Decoder } from "../demo/atlas/format.js";
import { countryName } from "../demo/atlas/names.js";
import { Gateway, listener } from "../js/gateway/index.node.js";
import { memoryTable, postgresTable } from "../js/gateway/postgres/index.node.js";
import { Refusal } from "../js/gateway/requests.node.js";
import { sameOrigin, send } from "./demo-requests.js";
import { root } from "./run.js";

const BASE = "/atlas/gateway/";
const TABLE = "apus_atlas_cities"; // in the database
const MOST = 50_000_000; // people

/** `plain` is the name without accents, `region` the country's name: both are searched. */
const types = {
  ...{ id: "integer PRIMARY KEY", name: "text NOT NULL", plain: "text NOT NULL" },
  ...{ region: "text NOT NULL", country: "text NOT NULL", kind: "text NOT NULL" },
  ...{ population: "integer NOT NULL", lat: "float8 NOT NULL", lon: "float8 NOT NULL" },
};

const options = {
  columns: ["id", "name", "country", "kind", "population", "lat", "lon"],
  filters: ["country"],
  orders: { population: ["population desc"], name: ["name"] },
  search: ["name", "plain", "region"],
  write: ["name", "plain", "population"],
};

/** @typedef {import("node:http").IncomingMessage} Message */
/** @typedef {import("node:http").ServerResponse} Answer */
/** @typedef {import("../js/gateway/postgres/tables/spec.node.js").Table} Table */

/** @param {{ database?: string }} [options] database: the address of a PostgreSQL */
export const openAtlas = ({ database } = {}) => new AtlasDemo(database);

class AtlasDemo {
  #database;
  /** @type {ReturnType<typeof open> | undefined} */
  #opened;

  /** @param {string} [database] */
  constructor(database) {
    this.#database = database;
  }

  /** For `serve`: answers what is the demo's. @param {Message} request @param {Answer} response @param {URL} url */
  handle = async (request, response, { pathname }) => {
    if (pathname !== "/atlas/state" && !pathname.startsWith(BASE)) return false;
    try {
      this.#opened ??= open(this.#database);
      const { answer, cities } = await this.#opened;
      if (pathname.startsWith(BASE)) await answer(request, response);
      else send(response, 200, { cities, database: Boolean(this.#database) });
    } catch (error) {
      this.#opened = undefined; // the next request tries again
      send(response, 503, { title: `the cities' table cannot be opened: ${error}` });
    }
    return true;
  };

  async close() {
    const opened = await this.#opened?.catch(() => undefined);
    await opened?.close();
  }
}

/** @param {string} [database] */
async function open(database) {
  const rows = await readCities();
  const { table, end } = database
    ? await inDatabase(database, rows)
    : { table: memoryTable(rows, options), end: async () => {} };
  const gateway = await Gateway.open({
    base: BASE,
    tables: { cities: checked(table) },
    authorize: ({ method, headers, url }, { kind, write }) =>
      kind === "log" ||
      (kind === "table" && !write) ||
      (kind === "table" &&
        method === "PATCH" &&
        !url.endsWith(":batch") &&
        sameOrigin({ origin: headers.get("origin") ?? "", host: headers.get("host") ?? "" })),
  });
  return {
    cities: rows.length,
    answer: listener(gateway),
    async close() {
      await gateway.close();
      await end();
    },
  };
}

/** The file's cities; a row's id is its place there. */
async function readCities() {
  const decoder = new Decoder();
  const cities = [...decoder.push(await readFile(join(root, "demo/data/cities.bin")))].flat();
  return cities.map((city, id) => ({
    ...{ id, ...city, plain: fold(city.name), region: countryName(city.country) },
  }));
}

/**
 * Makes and fills the table, unless that was done before: changes of earlier days stay.
 * @param {string} url @param {Awaited<ReturnType<typeof readCities>>} rows
 */
async function inDatabase(url, rows) {
  const { default: pg } = await import("pg");
  const pool = new pg.Pool({ connectionString: url, max: 5, connectionTimeoutMillis: 5000 });
  pool.on("error", () => {}); // an idle connection that ended is replaced
  try {
    const client = await pool.connect();
    try {
      // One server at a time. The lock ends with the connection.
      await client.query("SELECT pg_advisory_lock(hashtext($1))", [TABLE]);
      const columns = Object.entries(types).map(([name, type]) => `${name} ${type}`);
      await client.query(`CREATE TABLE IF NOT EXISTS ${TABLE} (${columns})`);
      const { rows: found } = await client.query(`SELECT count(*)::int AS count FROM ${TABLE}`);
      if (found[0].count < rows.length) {
        const names = Object.keys(types);
        const all = postgresTable(pool, TABLE, { columns: names, write: names });
        const conflict = found[0].count > 0 ? "skip" : "error"; // an earlier server did not finish
        const { errors } = await all.batchInsert(rows, { conflict });
        if (errors.length > 0) throw new Error(errors[0].message);
        await client.query(`ANALYZE ${TABLE}`);
      }
      const table = postgresTable(pool, TABLE, options);
      for (const { name, sql } of (await table.indexes()).indexes) {
        if (name === null) await client.query(sql);
      }
      return { table, end: () => pool.end() };
    } finally {
      client.release(true);
    }
  } catch (error) {
    await pool.end();
    throw error;
  }
}

/** Refuses what is no city, before the table is asked. @template {Table} T @param {T} table @returns {T} */
function checked(table) {
  const change = table.change.bind(table);
  table.change = async ({ row = {}, ...asked }) => {
    const { name, population } = row;
    if (name !== undefined && !(typeof name === "string" && /^.{1,200}$/u.test(name.trim()))) {
      throw refused("name", "a name has 1 to 200 characters");
    }
    const people = Number.isInteger(population) ? Number(population) : -1;
    if (population !== undefined && !(people >= 0 && people <= MOST)) {
      throw refused("population", "a city has 0 to 50 million people");
    }
    return change({
      ...asked,
      row: typeof name === "string" ? { ...row, plain: fold(name) } : row,
    });
  };
  return table;
}

/** @param {string} column @param {string} why */
const refused = (column, why) => new Refusal(422, "BAD_ROW", why, {}, { column });
