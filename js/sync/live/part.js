import { ApusError } from "../../core/errors.js";

/**
 * Code that is loaded when it is used.
 * @template T
 * @param {Promise<T>} loading @param {() => void} [failed] so that the next use tries again
 * @returns {Promise<T>}
 * @throws {ApusError} `UNREACHABLE`
 */
export const part = (loading, failed) =>
  loading.catch((cause) => {
    failed?.();
    throw new ApusError("UNREACHABLE", "code could not be loaded", { cause });
  });
