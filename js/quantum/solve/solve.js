import { checkOptions, func, integerIn } from "../../core/check.js";
import { ApusError } from "../../core/errors.js";
import { rooms } from "../../core/rooms.js";
import { checkProblem, common, shots } from "../algorithms/options.js";
import { energyOf, objective } from "../problems.js";
import { classical, simulated } from "./providers.js";

/** @typedef {import("../problems.js").Problem} Problem */
/** @typedef {import("../problems.js").GroundStateProblem} GroundStateProblem */
/** @typedef {import("./providers.js").Provider} Provider */
/** @typedef {import("./providers.js").ProviderAnswer} ProviderAnswer */

/**
 * What keeps answers: a `Cache` of apus/cache, or anything with its `get` and `set`.
 * @typedef {{ get(key: string): unknown, set(key: string, value: unknown): unknown }} AnswerCache
 */

/**
 * @typedef {object} SolveOptions
 * @property {readonly Provider[]} [providers] asked in order. Default: the simulator if the problem
 *   fits it, else a classical method; both also follow the given ones
 * @property {number} [shots] measurements; default 1024
 * @property {number} [timeout] ms that each provider has; default 60,000
 * @property {AnswerCache} [cache] keeps answers by the problem, shots, seed and provider
 * @property {EventTarget} [events] gets an `error` event for each provider that fails, a CustomEvent
 *   whose `detail` has `provider` and `error`
 */

/**
 * @typedef {object} Solved
 * @property {string} provider that answered: "simulator", "classical", or the given one's name
 * @property {string} algorithm
 * @property {import("../problems.js").Bits} [bits] of a problem with variables
 * @property {number} value theirs in the problem's own terms, or the energy of a ground state
 * @property {number} energy
 * @property {boolean} exact whether there is no better answer
 * @property {number} [optimum] the best value there is, if it was computed
 * @property {number} [depth] @property {Record<string, number>} [gates]
 * @property {number} [iterations] @property {readonly number[]} [history]
 * @property {number} time ms until the answer, or until it came from the cache
 * @property {boolean} cached
 */

const checks = {
  ...common,
  shots,
  timeout: integerIn(1, 2 ** 31 - 1),
  cache: methods("an object with get and set", ["get", "set"]),
  events: methods("an EventTarget", ["dispatchEvent"]),
  providers(/** @type {any} */ list, /** @type {string} */ name) {
    if (!Array.isArray(list)) throw new TypeError(`${name} must be an array, got ${list}`);
    for (const [i, it] of list.entries()) {
      if (typeof it?.name !== "string") throw new TypeError(`${name}[${i}] must have a name`);
      func(it.isAvailable, `${name}[${i}].isAvailable`);
      func(it.solve, `${name}[${i}].solve`);
    }
  },
};

/**
 * Solves a problem by the first provider that can: one that rejects, takes too long or answers
 * nonsense is passed over. What comes from the simulator was simulated on this device, and what comes
 * from "classical" had nothing to do with qubits: the result names its provider.
 *
 *     const { bits, provider } = await solve(maxCut([[0, 1], [1, 2], [2, 0]]));
 *
 * Reports the sampler's metric `quantum.solve`, with the tags `algorithm` and `provider`.
 *
 * @param {Problem | GroundStateProblem} problem
 * @param {SolveOptions & import("../algorithms/options.js").Common} [options]
 * @returns {Promise<Solved>} rejects with the signal's reason when it aborts
 * @throws {TypeError | RangeError | ApusError} `NO_PROVIDER`: all failed, with their errors in its
 *   `cause`
 */
export async function solve(problem, options = {}) {
  if (problem?.kind !== "groundState") checkProblem("solve", problem);
  checkOptions("solve", options, checks);
  const { providers = [], signal, events, cache } = options;
  signal?.throwIfAborted();
  const began = performance.now();
  const errors = [];
  for (const provider of new Set([...providers, simulated, classical])) {
    const key = cache && (await keyOf(problem, provider, options));
    try {
      const kept = key && (await cache?.get(key));
      const answer = kept ?? (await attempt(provider, problem, options));
      if (answer === undefined) continue; // it is not available
      const result = checked(problem, /** @type {ProviderAnswer} */ (answer));
      if (key && !kept) await cache?.set(key, answer);
      const time = performance.now() - began;
      rooms.tell("quantum.solve", time, { algorithm: result.algorithm, provider: provider.name });
      return { provider: provider.name, ...result, time, cached: kept !== undefined };
    } catch (error) {
      signal?.throwIfAborted();
      errors.push(error);
      events?.dispatchEvent(
        new CustomEvent("error", { detail: { provider: provider.name, error } }),
      );
    }
  }
  throw new ApusError("NO_PROVIDER", "no provider has solved the problem", {
    cause: new AggregateError(errors),
  });
}

/**
 * @param {Provider} provider @param {Problem | GroundStateProblem} problem
 * @param {SolveOptions & import("../algorithms/options.js").Common} options
 * @returns {Promise<ProviderAnswer | undefined>} undefined: not available
 */
async function attempt(provider, problem, options) {
  const { signal: outer, timeout = 60_000, shots = 1024, seed = 1, onProgress } = options;
  const controller = new AbortController();
  const { signal } = controller;
  const abort = () => controller.abort(outer?.reason);
  outer?.addEventListener("abort", abort);
  const late = new ApusError("TIMEOUT", `${provider.name} has not answered in ${timeout} ms`);
  const timer = setTimeout(() => controller.abort(late), timeout);
  /** @type {Promise<never>} */
  const aborted = new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason));
  });
  const work = async () => {
    if (!(await provider.isAvailable(problem, { signal }))) return undefined;
    return provider.solve(problem, { signal, shots, seed, onProgress });
  };
  try {
    return await Promise.race([work(), aborted]);
  } catch (error) {
    if (signal.aborted) provider.cancel?.();
    throw error;
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener("abort", abort);
  }
}

/**
 * Trusts nothing: the energy of bits is computed here.
 * @param {Problem | GroundStateProblem} problem @param {ProviderAnswer} answer
 * @returns {Omit<Solved, "provider" | "time" | "cached">}
 */
function checked(problem, answer) {
  const nonsense = (/** @type {string} */ what) =>
    new ApusError("BAD_ANSWER", `the provider's answer has ${what}`);
  if (typeof answer?.algorithm !== "string") throw nonsense("no algorithm");
  const { algorithm, exact, optimum, depth, gates, iterations, history } = answer;
  const rest = { algorithm, exact: exact === true, optimum, depth, gates, iterations, history };
  if (problem.kind === "groundState") {
    // No energy is lower than minus the sum of all weights.
    const scale = problem.terms.reduce((sum, [, , weight]) => sum + Math.abs(weight), 0);
    const { energy } = answer;
    if (!(typeof energy === "number" && Math.abs(energy) <= scale * (1 + 1e-9))) {
      throw nonsense(`the energy ${energy}, which is not possible`);
    }
    return { ...rest, energy, value: energy };
  }
  const { bits } = answer;
  if (
    !Array.isArray(bits) ||
    bits.length !== problem.size ||
    !bits.every((bit) => bit === 0 || bit === 1)
  ) {
    throw nonsense(`no list of ${problem.size} bits`);
  }
  return { ...rest, bits, energy: energyOf(problem, bits), value: objective(problem, bits) };
}

/**
 * The same for the same circuits: they follow from the problem, the shots and the seed.
 * @param {Problem | GroundStateProblem} problem @param {Provider} provider
 * @param {{ shots?: number, seed?: number }} options
 */
async function keyOf(problem, { name }, { shots = 1024, seed = 1 }) {
  const text = JSON.stringify([name, shots, seed, problem]);
  // Pages without HTTPS have no digests; there the text itself is the key.
  const digest = await globalThis.crypto?.subtle?.digest("SHA-256", new TextEncoder().encode(text));
  if (!digest) return `quantum:${text}`;
  const bytes = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0"));
  return `quantum:${bytes.join("")}`;
}

/** @param {string} what @param {readonly string[]} names @returns {import("../../core/check.js").Check} */
function methods(what, names) {
  return (value, name) => {
    if (names.every((it) => typeof value?.[it] === "function")) return;
    throw new TypeError(`${name} must be ${what}, got ${value}`);
  };
}
