// A log into a list: by Apus, by a WebSocket whose messages are handled one by one, and by socket.io.
import "/apus/define/list.js";
import { connect } from "/apus/sync.js";
import { io } from "/node_modules/socket.io-client/dist/socket.io.esm.min.js";

const MAX = 10_000;
const list = document.querySelector("apus-list");
list.renderItem = ({ n, level, text }, _, row) => {
  row.className = "line";
  row.textContent = `${n} ${level} ${text}`;
};

/** @type {() => void} */
let end;
let [first, last, count] = [-1, -1, 0];

let frames = 0;
const frame = () => {
  frames++;
  requestAnimationFrame(frame);
};
requestAnimationFrame(frame);

const saw = (/** @type {{ n: number }} */ { n }) => {
  if (first < 0) first = n;
  last = n;
  count++;
};

let rows = true;

/** One message, one event, one row. */
const one = (event) => {
  saw(event);
  if (!rows) return;
  list.splice(list.items.length, 0, [event]);
  if (list.items.length > MAX) list.splice(0, list.items.length - MAX, []);
};

const ways = {
  async apus(url) {
    const live = await connect(`${url}/apus/`, { share: false });
    const channel = live.channel("log");
    const item = ({ data }) => {
      saw(data);
      return data;
    };
    if (rows) await channel.feed(list, { max: MAX, item });
    else channel.on("*", (events) => void events.map(item));
    await channel.ready;
    return () => live.close();
  },
  async message(url) {
    const socket = new WebSocket(url.replace("http", "ws"));
    socket.onmessage = ({ data }) => one(JSON.parse(data));
    await new Promise((resolve) => {
      socket.onopen = resolve;
    });
    return () => socket.close();
  },
  async socketIo(url) {
    const socket = io(url, { transports: ["websocket"] });
    socket.on("event", one);
    await new Promise((resolve) => socket.on("connect", () => socket.emit("join", "log", resolve)));
    return () => socket.close();
  },
};

window.begin = async (way, url, withRows) => {
  rows = withRows;
  list.items = [];
  end = await ways[way](url);
};
/** Of the events since `begin`. */
window.seen = () => ({ count, frames, lost: first < 0 ? 0 : last - first + 1 - count });
window.end = () => {
  end();
  list.items = [];
  [first, last, count] = [-1, -1, 0];
};
window.ready = true;
