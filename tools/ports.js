// Ports for servers that tests start. Two processes never get the same one.
import { createServer } from "node:net";

const FIRST = 12_000; // below what the system gives to connections, which is from 32,768
const BLOCK = 20; // ports
const BLOCKS = 400;
/** Of this process alone: other files' tests run at the same time. @type {number[]} */
const own = [];

/**
 * Listens at a port; undefined if something else does.
 * @param {number} port @returns {Promise<import("node:net").Server | undefined>}
 */
function hold(port) {
  const server = createServer().unref();
  return new Promise((resolve) => {
    server.once("error", () => resolve(undefined));
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}

/** @param {number} port */
async function isFree(port) {
  const server = await hold(port);
  if (!server) return false;
  await new Promise((resolve) => server.close(resolve));
  return true;
}

/**
 * Free ports, which no other process takes from here. A cluster's nodes use theirs + 10,000 too.
 * @param {number} count
 */
export async function freePorts(count) {
  /** @type {number[]} */
  const ports = [];
  while (ports.length < count) {
    if (own.length === 0) {
      const block = Math.floor(Math.random() * BLOCKS);
      // A block belongs to the process that listens at its guard, until that process ends.
      if (!(await hold(FIRST - 1000 + block))) continue;
      own.push(...Array.from({ length: BLOCK }, (_, i) => FIRST + block * BLOCK + i));
    }
    const port = /** @type {number} */ (own.pop());
    if ((await isFree(port)) && (await isFree(port + 10_000))) ports.push(port);
  }
  return ports;
}
