import { ApusError } from "../core/errors.js";
import { Refusal } from "./requests.node.js";

/** @param {unknown} error @returns {Refusal} */
export function refusal(error) {
  if (error instanceof Refusal) return error;
  if (error instanceof ApusError && error.code === "LOAD_FAILED") {
    return new Refusal(502, error.code, "the value could not be loaded");
  }
  if (error instanceof ApusError && error.code === "NOT_REPLICATED") {
    return new Refusal(503, error.code, error.message, { "retry-after": "1" });
  }
  return new Refusal(503, "UNAVAILABLE", "the engine cannot be reached", { "retry-after": "1" });
}

export const notFound = () => new Refusal(404, "NOT_FOUND", "there is nothing at this address");
/** @param {string} allow */
export const notAllowed = (allow) =>
  new Refusal(405, "METHOD_NOT_ALLOWED", `allowed here: ${allow}`, { allow });

/** @param {string} text */
export function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Refusal(400, "BAD_KEY", "the key must be percent-encoded UTF-8");
  }
}
