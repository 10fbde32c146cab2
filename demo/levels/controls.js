import { keys } from "./catalogue.js";
import { price } from "./format.js";

const EVERY = 500; // ms between two automatic asks

/**
 * The buttons.
 * @param {{ get: (id: string) => any, cache: any, network: import("./network.js").Network,
 *   say: (text: string, kind?: "good" | "bad") => void, ask: (key: string) => Promise<void>,
 *   clearMemory: () => number, invalidate: (tag: string) => number }} page
 */
export function controls({ get, cache, network, say, ask, clearMemory, invalidate }) {
  let state = { running: true, cluster: false, edge: "", nodes: 0, missing: "" };

  /** @param {string} id @param {() => unknown} work */
  const on = (id, work) =>
    get(id).addEventListener("click", async (/** @type {Event} */ { currentTarget }) => {
      const button = /** @type {HTMLElement} */ (currentTarget);
      if (button.ariaBusy) return;
      button.ariaBusy = "true";
      try {
        await work();
      } catch (error) {
        say(`That did not work: ${/** @type {Error} */ (error).message}.`, "bad");
      }
      button.ariaBusy = null;
    });

  /** @param {string} action @returns {Promise<any>} */
  const post = async (action) => {
    const response = await fetch(action, { method: "POST" });
    const said = await response.json();
    if (!response.ok) throw new Error(said.error);
    return said;
  };

  /** Learns what the server has. */
  async function look() {
    const response = await fetch("state").catch(() => undefined);
    if (response?.ok) show(await response.json());
    else if (response?.status === 404) {
      say("This server has no gateway. Start it with npm start.", "bad");
      for (const id of ["race", "gateway"]) get(id).disabled = true;
    }
  }

  /** @param {typeof state} now */
  function show(now) {
    state = { ...state, ...now };
    get("gateway").textContent = state.running ? "Kill the gateway" : "Start the gateway";
    const node = get("node");
    node.disabled = !(state.cluster && state.nodes > 0 && state.running);
    get("node-why").textContent = why();
    const engine = state.cluster ? "a Redis cluster of six nodes" : "memory of this server";
    get("below").textContent =
      `The gateway keeps values in ${engine === "memory of this server" ? `the ${engine}` : engine}. The edge is ${state.edge}.`;
  }

  function why() {
    if (!state.cluster) return `Killing a node needs npm start -- --cluster; ${state.missing}.`;
    if (!state.running) return "The gateway does not run.";
    return state.nodes > 0
      ? `${state.nodes} of the first masters are alive.`
      : "Every first master is dead: what is left has no replica.";
  }

  get("invalidate").addEventListener("submit", (/** @type {Event} */ event) => {
    event.preventDefault();
    const tag = get("tag").value;
    const count = invalidate(tag);
    say(`You invalidated the tag ${tag}: ${count} products left this page at once.`);
  });

  on("clear", () => {
    const count = clearMemory();
    say(`Memory let go of ${count} products. The disk still has them.`);
  });

  on("offline", async () => {
    network.offline = !network.offline;
    get("offline").textContent = network.offline ? "Go online" : "Go offline";
    say(network.offline ? "Requests of this page fail from now on." : "Requests pass again.");
    if (!network.offline) await cache.catchUp();
  });

  on("gateway", async () => {
    const { running } = state;
    show(await post(running ? "stop" : "start"));
    if (running) say("The gateway is dead. The edge in front of it still has what it kept.", "bad");
    else {
      say("A new gateway runs. If its log is another, what this page holds is not trusted.");
      await cache.catchUp();
    }
  });

  on("node", async () => {
    say("A master of the cluster is killed…", "bad");
    const { port, ms, ...now } = await post("node");
    show(now);
    say(`Its replica took over after ${(ms / 1000).toFixed(1)} s (port ${port}).`, "good");
  });

  on("race", async () => {
    const key = keys[Math.floor(Math.random() * keys.length)];
    const { old, price: next } = await post(`race?key=${encodeURIComponent(key)}`);
    say(
      `While the edge fetched a product, its price changed from ${price(old)} to ${price(next)}. ` +
        "The purge came first, the fill second: now the edge keeps the old price.",
      "bad",
    );
    await cache.catchUp();
    await ask(key);
  });

  let timer = 0;
  get("auto").addEventListener("click", () => {
    const auto = get("auto");
    const runs = auto.ariaPressed !== "true";
    auto.ariaPressed = String(runs);
    auto.textContent = runs ? "Stop asking" : "Ask automatically";
    clearInterval(timer);
    // The first products are asked for most.
    const next = () => ask(keys[Math.floor(keys.length * Math.random() ** 2)]);
    if (runs) timer = setInterval(next, EVERY);
  });

  return { look };
}
