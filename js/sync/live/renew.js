import { jitter } from "../../core/waits.js";

/** Ms between two tries, at least and at most. */
const FASTEST = 1000;
const SLOWEST = 30_000;

/**
 * Asks for a token until there is one, or it would come too late.
 * @param {() => Promise<string | null>} ask @param {number} ms until then
 * @param {import("./world.js").World} world @param {() => boolean} over it is not wanted any more
 * @param {(code: string, error: unknown) => void} failed told of each failure
 * @returns {Promise<string | null | undefined>} undefined: there is none; never rejects
 */
export async function renew(ask, ms, world, over, failed) {
  const end = world.now() + ms;
  for (let failures = 1; !over(); failures++) {
    try {
      return await ask();
    } catch (error) {
      failed("TOKEN_FAILED", error);
      const wait = FASTEST / 2 + jitter(failures, FASTEST, SLOWEST, world.random());
      if (world.now() + wait > end) return undefined;
      await new Promise((resolve) => world.later(() => resolve(0), wait));
    }
  }
  return undefined;
}
