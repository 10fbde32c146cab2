// Many clients in a process of their own.
import { answer, clock, optionsOfChild } from "./child.js";
import { wires } from "./wires.js";

const { kind, url, channel } = optionsOfChild();
/** @type {import("./wires.js").Wire[]} */
const clients = [];
/** ms from publishing to arrival. @type {number[]} */
let times = [];

answer({
  begin: () => undefined,
  /** @param {number} count more clients */
  async open(count) {
    const open = wires[/** @type {"apus" | "socketIo"} */ (kind)];
    const heard = (/** @type {{ t: number }} */ { t }) => {
      if (t > 0) times.push(clock() - t);
    };
    for (let i = 0; i < count; i += 50) {
      const some = Array.from({ length: Math.min(50, count - i) }, () => open(url, channel, heard));
      await Promise.all(some.map(({ ready }) => ready));
      clients.push(...some);
    }
  },
  /** The times since the last call. */
  times() {
    const taken = times;
    times = [];
    return { count: taken.length, ...quantiles(taken) };
  },
  close() {
    for (const client of clients.splice(0)) client.close();
  },
});

/** @param {number[]} values */
function quantiles(values) {
  values.sort((a, b) => a - b);
  const at = (/** @type {number} */ q) => values[Math.floor(q * (values.length - 1))];
  return { p50: at(0.5), p99: at(0.99) };
}
