import "/apus/define.js";
import { make } from "../levels/format.js";
import { journal } from "../levels/journal.js";
import { client } from "./client.js";
import { log } from "./log.js";

/** @param {string} id @returns {any} */
const get = (id) => document.getElementById(id);
const say = journal(get("journal"));

/** @param {string} action @returns {Promise<any>} */
async function post(action) {
  const response = await fetch(`/live/${action}`, { method: "POST" });
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return response.json();
}

/** @param {{ gateways: { name: string, running: boolean, clients: number }[] }} state */
function show({ gateways }) {
  const buttons = get("gateways");
  gateways.forEach(({ name, running, clients }, i) => {
    const button =
      buttons.children[i] ??
      buttons.appendChild(make("button", { type: "button", class: "button" }));
    const who = clients === 1 ? "1 client" : `${clients} clients`;
    const text = running ? `Kill gateway ${name}: ${who}` : `Start gateway ${name}`;
    if (button.textContent !== text) button.textContent = text;
    button.onclick = async () => {
      say(
        running ? `Gateway ${name} is killed.` : `Gateway ${name} starts.`,
        running ? "bad" : undefined,
      );
      show(await post(`${running ? "kill" : "start"}?name=${name}`));
    };
  });
}

const first = await fetch("/live/state").catch(() => undefined);
if (first?.ok) {
  show(await first.json());
  for (const section of document.querySelectorAll("[data-client]")) {
    const element = /** @type {HTMLElement} */ (section);
    await client(element, element.dataset.client ?? "", say);
  }
  await log(get, post);
  setInterval(async () => {
    const response = await fetch("/live/state").catch(() => undefined);
    if (response?.ok && !document.hidden) show(await response.json());
  }, 1000);
} else say("This server has no gateway. Start it with npm start.", "bad");
document.documentElement.dataset.ready = "";
