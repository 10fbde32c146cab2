import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * Runs work while no other process does the same in this folder. The lock is a file that names
 * its owner. The lock of a process that has ended is ignored.
 *
 * @template T
 * @param {string} folder
 * @param {(line: string) => void} log
 * @param {() => Promise<T>} work
 * @returns {Promise<T>} the result of the work
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
 * @returns {string} "<pid> <start time>": process ids are reused, in containers soon
 */
export function identify(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The start time is the 20th field after the name, which is in parentheses and may contain any character.
    return `${pid} ${stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]}`;
  } catch {
    return `${pid} -`;
  }
}

/**
 * @param {string} owner the content of a lock file
 * @returns {boolean} whether the process that wrote it has ended
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
 * @returns {boolean} whether we got the lock
 */
function take(file, mine) {
  // A link appears complete or not at all.
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
 * Removes a stale lock, but not a new one that has replaced it.
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
    // Another process was faster; the next attempt reads its lock.
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
