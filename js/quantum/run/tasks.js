import { classical, lowest } from "./classical.js";
import { score, train } from "./classify.js";
import { search } from "./search.js";
import { minimize } from "./variational.js";

/**
 * What a worker can be asked to do. Each is a generator over the running module, which yields its
 * progress every few milliseconds.
 */
export const tasks = { classical, lowest, minimize, score, search, train };

/** @typedef {typeof tasks} Tasks */
/** @typedef {{ iteration: number, energy?: number }} Progress */
