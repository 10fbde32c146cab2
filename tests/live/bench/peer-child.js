// The alternatives to a gateway in a process of their own: socket.io with its best settings, and a
// server that sends each event as a message of its own.
import { createServer } from "node:http";
import { createAdapter } from "@socket.io/redis-streams-adapter";
import { Redis } from "ioredis";
import { Server } from "socket.io";
import { WebSocketServer } from "ws";
import { answer, memory, optionsOfChild } from "./child.js";
import { lineOf } from "./line.js";

const { redis, port = 0, kind = "socket.io" } = optionsOfChild();
const server = createServer();

/** @type {(channel: string, event: unknown) => void} */
let send;
/** @type {() => number} */
let clients;
/** @type {NodeJS.Timeout | undefined} */
let timer;

/** Each client is in the room that it asks for; what one publishes is for all of the room. */
function socketIo() {
  const io = new Server(server, {
    ...{ transports: ["websocket"], perMessageDeflate: false, serveClient: false },
    cors: { origin: "*" },
    // A restart at a fixed port is one of the faults: connections are recovered, and soon missed.
    ...(port && { connectionStateRecovery: {}, pingInterval: 1000, pingTimeout: 1500 }),
    ...(redis && { adapter: createAdapter(new Redis(redis), { maxLen: 10_000 }) }),
  });
  io.on("connection", (socket) => {
    socket.on("join", async (channel, done) => {
      await socket.join(channel);
      done();
    });
    socket.on("publish", (channel, event, done) => {
      io.to(channel).emit("event", event);
      done?.();
    });
  });
  send = (channel, event) => io.to(channel).emit("event", event);
  clients = () => io.engine.clientsCount;
}

function plain() {
  const sockets = new WebSocketServer({ server, perMessageDeflate: false });
  send = (_, event) => {
    const text = JSON.stringify(event);
    for (const socket of sockets.clients) socket.send(text);
  };
  clients = () => sockets.clients.size;
}

answer({
  async begin() {
    if (kind === "socket.io") socketIo();
    else plain();
    await new Promise((resolve) => server.listen(port, "127.0.0.1", () => resolve(undefined)));
    const address = /** @type {import("node:net").AddressInfo} */ (server.address());
    return { url: `http://127.0.0.1:${address.port}` };
  },
  memory,
  stats: () => ({ clients: clients() }),
  /** @param {string} channel @param {number} perSecond */
  publish(channel, perSecond) {
    let n = 0;
    const begin = Date.now();
    timer = setInterval(() => {
      const due = Math.floor(((Date.now() - begin) * perSecond) / 1000);
      while (n < due) send(channel, lineOf(n++));
    }, 10);
  },
  stop: () => clearInterval(timer),
});
