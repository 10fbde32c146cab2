import { ApusError } from "../../core/errors.js";

/**
 * Code that is loaded when it is used.
 * @template T
 * @param {Promise<T>} loading @returns {Promise<T>}
 * @throws {ApusError} `UNREACHABLE`
 */
export const part = (loading) =>
  loading.catch((cause) => {
    throw new ApusError("UNREACHABLE", "code could not be loaded", { cause });
  });
