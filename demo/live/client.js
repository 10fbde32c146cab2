import { connect } from "/apus/sync.js";
import { make } from "../levels/format.js";
import { wire } from "./wire.js";

const LEASE = 4000; // ms that a lock lives unless it is renewed
const STEP = 4; // per cent that an arrow key moves a cursor

/** @param {unknown} error @returns {string} */
const why = (error) => {
  const { code, message } = /** @type {any} */ (error);
  return code ?? message;
};

/**
 * A client of the room, with a connection of its own: cursors of everyone, a counter, a lock.
 * @param {HTMLElement} section @param {string} name
 * @param {(text: string, kind?: "good" | "bad") => void} say
 */
export async function client(section, name, say) {
  const id = name.toLowerCase();
  const way = wire();
  const stage = make("div", {
    ...{ class: "stage", tabindex: "0", role: "application" },
    "aria-label": `${name}'s pointer: move it with the arrow keys`,
  });
  const count = make("output", { class: "count" }, "0");
  const holder = make("output", { class: "holder" }, "nothing written");
  const button = (/** @type {string} */ text, /** @type {string} */ kind = "button") =>
    make("button", { type: "button", class: kind }, text);
  const [add, many] = [button("Add 1"), button("Add 100")];
  const [take, write] = [button("Take the lock"), button("Write with it")];
  const [cut, freeze] = [button("Cut the network"), button("Freeze")];
  const panel = /** @type {import("../../js/elements/live/apus-live.js").ApusLive} */ (
    make("apus-live", { channel: "room", label: `Connection of ${name}` })
  );
  section.append(
    make(
      "div",
      { class: "head" },
      make("h2", { id: `${id}-title` }, name),
      make("div", { class: "switches" }, cut, freeze),
    ),
    panel,
    stage,
    make("div", { class: "shared" }, make("h3", {}, "A counter"), count, add, many),
    make("div", { class: "shared" }, make("h3", {}, "A lock"), holder, take, write),
  );

  const live = await connect("/live/gateway/", {
    user: name,
    share: false,
    WebSocket: way.WebSocket,
    token: name,
  });
  panel.live = live;
  live.addEventListener("status", (event) => {
    const { status, code } = /** @type {CustomEvent} */ (event).detail;
    if (status === "down") say(`${name} has lost the connection (${code}).`, "bad");
    if (status === "up") say(`${name} is connected.`, "good");
  });

  // ---- pointers: of each client only the newest place counts
  const room = live.channel("room", { mode: "latest" });
  room.addEventListener("resume", (event) => {
    const { recovered, reason } = /** @type {CustomEvent} */ (event).detail;
    if (recovered) say(`${name} has read what happened meanwhile.`, "good");
    else say(`${name} cannot read what happened meanwhile (${reason}).`, "bad");
  });
  await room.presence.enter({ name });
  /** @type {Map<string, HTMLElement>} */
  const dots = new Map();
  const draw = (/** @type {import("../../js/sync/live/events.js").LiveEvent[]} */ events) => {
    for (const { key, data } of events) {
      const { x, y } = /** @type {{ x: number, y: number }} */ (data);
      const who = /** @type {string} */ (key);
      const dot = dots.get(who) ?? make("span", { class: "dot", "data-who": who }, who);
      if (!dots.has(who)) stage.append(dot);
      dots.set(who, dot);
      dot.style.translate = `${(x * stage.clientWidth) / 100}px ${(y * stage.clientHeight) / 100}px`;
    }
  };
  room.on("move", draw);
  draw(await room.history(50));
  const place = { x: name === "Ada" ? 25 : 60, y: 45 };
  let sending = false;
  const move = async (/** @type {number} */ x, /** @type {number} */ y) => {
    place.x = Math.min(Math.max(x, 0), 100);
    place.y = Math.min(Math.max(y, 0), 100);
    if (sending) return; // the newest place goes with the next one
    sending = true;
    await room.publish("move", { ...place }, { key: name }).catch(() => {});
    sending = false;
  };
  stage.addEventListener("pointermove", ({ offsetX, offsetY, target }) => {
    if (target !== stage) return;
    void move((100 * offsetX) / stage.clientWidth, (100 * offsetY) / stage.clientHeight);
  });
  stage.addEventListener("keydown", (event) => {
    const [x, y] =
      {
        ...{ ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0] },
        ...{ ArrowUp: [0, -STEP], ArrowDown: [0, STEP] },
      }[event.key] ?? [];
    if (x === undefined || y === undefined) return;
    event.preventDefault();
    void move(place.x + x, place.y + y);
  });
  void move(place.x, place.y);

  // ---- the counter: compare and set, again on conflict
  const counter = live.state("{room}:counter");
  counter.watch(({ value }) => {
    count.textContent = String(value ?? 0);
  });
  const increment = () => counter.update((value) => Number(value ?? 0) + 1);
  add.addEventListener("click", () => increment().catch((error) => refused("add", error)));
  many.addEventListener("click", async () => {
    const all = await Promise.allSettled(Array.from({ length: 100 }, increment));
    const done = all.filter(({ status }) => status === "fulfilled").length;
    say(
      `${name} has added ${done} of 100, each by compare and set.`,
      done === 100 ? "good" : "bad",
    );
  });

  // ---- the lock: what a holder writes carries its token
  const note = live.state("{room}:note");
  /** @type {Awaited<ReturnType<typeof live.lock>> | undefined} */
  let lock;
  note.watch(({ value }) => {
    if (value) holder.textContent = String(/** @type {any} */ (value).text);
  });
  take.addEventListener("click", async () => {
    if (lock) {
      const held = lock;
      lock = undefined;
      take.textContent = "Take the lock";
      await held.release().catch(() => {});
      return say(`${name} has given the lock back.`);
    }
    try {
      lock = await live.lock("{room}:lock", { ttl: LEASE, signal: AbortSignal.timeout(10_000) });
      const { token, signal } = lock;
      take.textContent = "Give it back";
      say(`${name} holds the lock, with token ${token}.`, "good");
      signal.addEventListener("abort", () => {
        take.textContent = "Take the lock";
        if (lock?.token === token) say(`${name} has lost the lock: it was not renewed.`, "bad");
      });
    } catch (error) {
      refused("take the lock", error);
    }
  });
  write.addEventListener("click", async () => {
    if (!lock) return say(`${name} has never held the lock.`, "bad");
    const { token } = lock;
    try {
      await note.set({ text: `${name}, token ${token}` }, { fence: lock });
      say(`${name} wrote with token ${token}.`, "good");
    } catch (error) {
      refused(`write with token ${token}`, error);
    }
  });

  const refused = (/** @type {string} */ what, /** @type {unknown} */ error) =>
    say(`${name} could not ${what} (${why(error)}).`, "bad");

  // ---- what can go wrong
  const toggle = (
    /** @type {HTMLElement} */ control,
    /** @type {"cut" | "frozen"} */ state,
    /** @type {[string, string]} */ words,
  ) => {
    control.setAttribute("aria-pressed", "false");
    control.addEventListener("click", () => {
      way[state] = !way[state];
      control.setAttribute("aria-pressed", String(way[state]));
      say(`${name} is ${words[way[state] ? 0 : 1]}.`, way[state] ? "bad" : "good");
    });
  };
  toggle(cut, "cut", ["cut off", "back on the network"]);
  toggle(freeze, "frozen", ["frozen: nothing passes, and nobody is told", "awake again"]);
  return live;
}
