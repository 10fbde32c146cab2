#!/usr/bin/env node
// apus-gateway: a gateway from the command line.
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { Gateway, serve, ValkeyEngine } from "./index.node.js";
import { isReading } from "./options.node.js";

const usage = `apus-gateway [options]
apus-gateway indexes --config FILE [--check]

  indexes             prints the statements that make the indexes its tables of PostgreSQL need;
                      those of indexes that are there are comments. With --check, it ends with 1 if
                      some are missing

  --port N            8787
  --host ADDRESS      127.0.0.1
  --engine URL        redis:// or rediss:// of one node; default: this process's memory
  --nodes HOST:PORT,…  of a cluster, instead
  --token TEXT        whoever sends "Authorization: Bearer TEXT" may change values and read metrics;
                      default: the environment's APUS_TOKEN; without one, nobody may
  --config FILE       a module whose default export has the options of Gateway.open
  --wait              waits for the engine instead of exiting
`;

try {
  await run();
} catch (error) {
  console.error(`apus-gateway: ${/** @type {Error} */ (error).message}`);
  process.exitCode = 1;
}

async function run() {
  const { values: args, positionals } = parseArgs({
    options: {
      port: { type: "string", default: "8787" },
      host: { type: "string", default: "127.0.0.1" },
      engine: { type: "string" },
      nodes: { type: "string" },
      token: { type: "string", default: process.env.APUS_TOKEN },
      config: { type: "string" },
      wait: { type: "boolean", default: false },
      check: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
    allowPositionals: true,
  });
  if (args.help) {
    console.log(usage);
    return;
  }
  const [command, ...more] = positionals;
  if ((command ?? "indexes") !== "indexes" || more.length > 0) {
    throw new RangeError(`unknown command: ${positionals.join(" ")}`);
  }
  const port = Number(args.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new RangeError(`--port must be a port, got ${args.port}`);
  }
  const config = args.config
    ? (await import(pathToFileURL(resolve(args.config)).href)).default
    : {};
  if (command) {
    const missing = await printIndexes(config.tables ?? {});
    process.exit(args.check && missing > 0 ? 1 : 0); // pools of the configuration would keep it alive
  }
  const gateway = await Gateway.open({
    ...(args.token && { authorize: withToken(args.token) }),
    ...config,
    ...(args.engine || args.nodes ? { engine: await engineOf(args) } : {}),
  });
  const server = await serve(gateway, { port, host: args.host });
  console.log(`apus-gateway: ${server.url}/`);
  const stop = () => {
    process.off("SIGINT", stop).off("SIGTERM", stop); // a second signal ends it at once
    void server.stop();
  };
  process.on("SIGINT", stop).on("SIGTERM", stop);
}

/** @param {string} text */
function comment(text) {
  console.log(`-- ${text.replaceAll(/[\r\n]+/g, " ")}`);
}

/**
 * SQL for all that is missing.
 * @param {NonNullable<import("./options.node.js").GatewayOptions["tables"]>} tables
 * @returns {Promise<number>} how many are
 */
async function printIndexes(tables) {
  const all = Object.entries(tables).flatMap(([name, table]) =>
    table.indexes ? [{ name, indexes: table.indexes.bind(table) }] : [],
  );
  if (all.length === 0) throw new Error("--config must have tables of PostgreSQL");
  let missing = 0;
  for (const { name, indexes: inspect } of all) {
    const { indexes, notes } = await inspect();
    comment(name);
    for (const note of notes) comment(note);
    for (const { uses, sql, name } of indexes) {
      comment(`${uses.join(", ")}: ${name === null ? "missing" : `exists, ${name}`}`);
      if (name === null) console.log(`${sql};`);
      else comment(`${sql};`);
      if (name === null) missing++;
    }
  }
  return missing;
}

/** @param {{ engine?: string, nodes?: string, wait?: boolean }} args */
async function engineOf({ engine, nodes, wait }) {
  const options = nodes
    ? {
        nodes: nodes.split(",").map((address) => {
          const [host, port] = address.split(/:(?=\d+$)/);
          return { host, port: Number(port) };
        }),
      }
    : { url: engine };
  for (let told = false; ; told = true) {
    try {
      return await ValkeyEngine.open(options);
    } catch (error) {
      const { code, message } = /** @type {{ code?: string, message: string }} */ (error);
      if (!wait || code !== "UNREACHABLE") throw error;
      if (!told) console.error(`apus-gateway: waiting: ${message}`);
      await sleep(500);
    }
  }
}

/**
 * Reading is allowed, everything else to whoever has the token.
 * @param {string} token
 * @returns {import("./options.node.js").GatewayOptions["authorize"]}
 */
function withToken(token) {
  return (request, action) =>
    isReading(action) || request.headers.get("authorization") === `Bearer ${token}`;
}
