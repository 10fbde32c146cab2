// A gateway with live channels in a process of its own.
import { Gateway } from "../../../js/gateway/gateway.node.js";
import { serve } from "../../../js/gateway/serve.node.js";
import { ValkeyEngine } from "../../../js/gateway/valkey-engine.node.js";
import { answer, memory, optionsOfChild } from "./child.js";
import { lineOf } from "./line.js";

const { redis, port = 0, live, base } = optionsOfChild();

/** @type {Gateway} */
let gateway;
/** @type {NodeJS.Timeout | undefined} */
let timer;

answer({
  async begin() {
    const engine = redis ? await ValkeyEngine.open({ url: redis }) : "memory";
    gateway = await Gateway.open({ engine, live, base, authorize: () => true });
    const { url } = await serve(gateway, { port });
    return { url };
  },
  memory,
  stats: () => ({ ...liveOf().stats, clients: liveOf().sessions.size }),
  /**
   * Publishes events from now on, about 100 times a second.
   * @param {string} channel @param {number} perSecond
   */
  publish(channel, perSecond) {
    let n = 0;
    const begin = Date.now();
    timer = setInterval(() => {
      const due = Math.floor(((Date.now() - begin) * perSecond) / 1000);
      while (n < due) void liveOf().publish(channel, "line", lineOf(n++));
    }, 10);
  },
  stop: () => clearInterval(timer),
});

const liveOf = () => /** @type {NonNullable<Gateway["live"]>} */ (gateway.live);
