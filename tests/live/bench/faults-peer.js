// The same faults for socket.io, with what it has against them: the Redis Streams adapter, recovery of
// connections, retries, and heartbeats as short as the gateways'.
import { setTimeout as sleep } from "node:timers/promises";
import { io } from "socket.io-client";
import { freePorts } from "../../../tools/ports.js";
import { random } from "../../cache/random.js";
import { startNode } from "../../gateway/servers.js";
import { startChild } from "./child.js";
import { startWay } from "./ways.js";

const CHANNEL = "orders";

/** @param {{ quick?: boolean, seed?: number }} options */
export async function socketIoFaults({ quick, seed = 1 }) {
  const pick = random(seed);
  const total = quick ? 20 : 200;
  const [redis, ...ports] = await freePorts(3);
  const node = await startNode(redis);
  const start = (/** @type {number} */ i) =>
    startChild("peer-child.js", { redis: node.url, port: ports[i] });
  const servers = await Promise.all([start(0), start(1)]);
  /** @type {number | undefined} */
  let away;
  let turn = 0;
  const port = () => {
    turn = (turn + 1) % 2;
    return ports[turn === away ? 1 - turn : turn];
  };
  const ways = await Promise.all(Array.from({ length: 4 }, () => startWay(port)));
  const sockets = ways.map(({ url }, i) =>
    io(url, {
      ...{ transports: ["websocket"], reconnectionDelay: 20, reconnectionDelayMax: 300 },
      ...(i === 0 && { ackTimeout: 2500, retries: 1000 }),
    }),
  );
  const [publisher, ...subscribers] = sockets;
  /** Times that each has seen each event. @type {Map<number, number>[]} */
  const seen = subscribers.map(() => new Map());
  /** @type {Set<number>} */
  const acknowledged = new Set();
  let [n, publishing] = [0, true];
  try {
    for (const [i, socket] of subscribers.entries()) {
      socket.on("event", ({ n }) => seen[i].set(n, (seen[i].get(n) ?? 0) + 1));
      const join = () => new Promise((resolve) => socket.emit("join", CHANNEL, resolve));
      await join();
      socket.on("connect", () => void (socket.recovered || join()));
    }
    const publish = async () => {
      for (; publishing; n++) {
        const it = n;
        publisher.emit("publish", CHANNEL, { n }, (/** @type {Error | null} */ error) => {
          if (!error) acknowledged.add(it);
        });
        await sleep(3);
      }
    };
    const published = publish();
    for (let i = 0; i < total; i++) {
      const way = ways[pick(ways.length)];
      const kind = pick(100);
      if (kind < 68) way.kill();
      else if (kind < 91) way.freeze();
      else {
        away = pick(2);
        await servers[away].end();
        servers[away] = await start(away);
        away = undefined;
      }
      await sleep(120);
    }
    publishing = false;
    await published;
    // What has not arrived when nothing happens for a while does not come any more.
    for (let before = -1; before !== acknowledged.size; ) {
      before = acknowledged.size;
      await sleep(4000);
    }
    const all = [...acknowledged];
    const lost = seen.flatMap((it) => all.filter((event) => !it.has(event))).length;
    const twice = seen.flatMap((it) => [...it.values()].filter((times) => times > 1)).length;
    return { faults: total, published: all.length, subscribers: subscribers.length, lost, twice };
  } finally {
    for (const socket of sockets) socket.close();
    await Promise.all(ways.map((way) => way.stop()));
    await Promise.all(servers.map((it) => it.end()));
    await node.kill();
  }
}
