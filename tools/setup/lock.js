import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * Runs work while no other process does the same in this folder. The lock is a file that names
 * its owner; that of a process which is gone counts for nothing.
 *
 * @template T
 * @param {string} folder
 * @param {(line: string) => void} log
 * @param {() => Promise<T>} work
 * @returns {Promise<T>} what work returned
 */
export async function withLock(folder, log, work) {
  const file = join(folder, "lock");
  const mine = identify(process.pid);
  for (let told = false; !take(file, mine); ) {
    const owner = read(file);
    if (owner === undefined) continue;
    if (isStale(owner)) {
      discard(file, owner);
      continue;
    }
    if (!told) log(`  ... waiting for the set-up of process ${owner.split(" ")[0]}`);
    told = true;
    await sleep(200);
  }
  try {
    return await work();
  } finally {
    if (read(file) === mine) rmSync(file, { force: true });
  }
}

/**
 * @param {number} pid
 * @returns {string} "<pid> <when it began>": process ids are used again, in containers soon
 */
export function identify(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // After the name, which is in parentheses and may hold any character, the start is the 20th.
    return `${pid} ${stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]}`;
  } catch {
    return `${pid} -`;
  }
}

/**
 * @param {string} owner what a lock file holds
 * @returns {boolean} whether the process that wrote it is gone
 */
export function isStale(owner) {
  const [pid, began] = owner.split(" ");
  if (!/^\d+$/.test(pid)) return true;
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "ESRCH") return true;
  }
  return began !== "-" && identify(Number(pid)) !== owner;
}

/**
 * @param {string} file
 * @param {string} mine
 * @returns {boolean} whether the lock is ours now
 */
function take(file, mine) {
  // A link appears with its content, or not at all.
  const own = `${file}-${process.pid}`;
  writeFileSync(own, mine);
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

/**
 * Removes a stale lock, but not one that another process has put in its place since.
 *
 * @param {string} file
 * @param {string} stale
 */
function discard(file, stale) {
  const aside = `${file}-${process.pid}`;
  try {
    renameSync(file, aside);
    if (readFileSync(aside, "utf8") !== stale) linkSync(aside, file);
  } catch {
    // Somebody else was faster; the next attempt sees what is there.
  } finally {
    rmSync(aside, { force: true });
  }
}

/**
 * @param {string} file
 * @returns {string | undefined}
 */
function read(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
