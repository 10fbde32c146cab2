import { ApusError } from "../../core/errors.js";
import { inspect, slotSql } from "./setup.node.js";

/** @typedef {import("./options.node.js").PostgresOptions} PostgresOptions */
/** @typedef {import("./replication.node.js").Replication} Replication */

/** What PostgreSQL says when another gateway makes the same at the same time. */
const MADE = ["42710", "23505", "XX000"];
const TRIES = 5;

/**
 * Makes what is missing but the slot, if that is allowed.
 * @param {Replication} connection
 * @param {PostgresOptions} options
 * @returns {ReturnType<typeof inspect>}
 * @throws {ApusError} SETUP
 */
export async function prepare(connection, options) {
  for (let tries = 1; ; tries++) {
    const found = await inspect(connection, options);
    const { statements, slot } = found;
    if (!options.create && statements.length > 0) {
      throw missing(options, slot ? statements : [...statements, slotSql(options.slot)]);
    }
    try {
      for (const sql of statements) await connection.query(sql);
      return found;
    } catch (error) {
      const { code = "" } = /** @type {{ code?: string }} */ (error);
      if (tries === TRIES || !MADE.includes(code)) throw error;
    }
  }
}

/**
 * Makes the slot, in place of one that was invalidated.
 * @param {Replication} connection @param {PostgresOptions} options
 */
export async function makeSlot(connection, options) {
  await connection.query(`${dropSql(options)} AND wal_status = 'lost'`);
  // It waits for the end of all transactions.
  await connection.query(slotSql(options.slot), { patient: true });
  return inspect(connection, options);
}

/** @param {PostgresOptions} options */
export const dropSql = ({ slot }) =>
  `SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = '${slot}'`;

/** @param {PostgresOptions} options @param {string[]} statements @param {string} [code] */
export function missing({ slot }, statements, code = "SETUP") {
  const sql = statements.map((statement) => `${statement};`).join("\n");
  return new ApusError(code, `PostgreSQL is not prepared for the slot ${slot}; run:\n${sql}`);
}
