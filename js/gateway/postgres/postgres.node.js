import { ApusError } from "../../core/errors.js";
import { checkPostgres } from "./options.node.js";
import { PostgresSource } from "./source.node.js";

/**
 * A source that hears the changed rows of PostgreSQL 14 or later by logical replication: they become
 * events of channels, and invalidate tags and values. Give it to `Gateway.open({ sources })`.
 *
 * @param {import("./options.node.js").PostgresOptions} options
 * @returns {Promise<PostgresSource>} when the database was found prepared
 * @throws {TypeError | RangeError} that names the argument
 * @throws {ApusError} NO_CLIENT without the package `pg`, UNREACHABLE, or SETUP with the SQL to run
 */
export async function postgres(options) {
  checkPostgres(options);
  const { default: pg } = await import("pg").catch((cause) => {
    throw new ApusError("NO_CLIENT", "the package pg is needed: npm install pg", { cause });
  });
  const source = new PostgresSource(pg, options);
  await source.check();
  return source;
}
