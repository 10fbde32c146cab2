import { connect } from "/apus/sync.js";
import { make } from "../levels/format.js";

const RATES = [0, 100, 1000, 10_000];
const KEPT = 20_000;
const number = new Intl.NumberFormat("en");

/**
 * A log into a list, at up to 10,000 events a second. Its events are numbered, so that a lost or
 * doubled one shows.
 * @param {(id: string) => any} get
 * @param {(action: string) => Promise<unknown>} post
 */
export async function log(get, post) {
  const live = await connect("/live/gateway/", { user: "log", token: "log" });
  get("mine").live = live;
  const list = get("log");
  list.renderItem = (
    /** @type {{ n: number, text: string }} */ { n, text },
    /** @type {number} */ _,
    /** @type {HTMLElement} */ row,
  ) => {
    row.className = "line";
    row.textContent = `${number.format(n).padStart(11)}  ${text}`;
  };
  list.items = [];

  let [expected, lost, doubled, seen] = [-1, 0, 0, 0];
  const channel = live.channel("log");
  channel.on("*", (events) => {
    for (const { data } of events) {
      const { n } = /** @type {{ n: number }} */ (data);
      if (expected >= 0 && n > expected) lost += n - expected;
      if (n < expected) doubled++;
      expected = Math.max(expected, n + 1);
    }
    seen += events.length;
  });
  await channel.feed(list, { max: KEPT });
  setInterval(() => {
    get("proof").textContent =
      `${number.format(seen)} events here, ${number.format(lost)} lost, ${number.format(doubled)} twice.`;
  }, 500);

  for (const rate of RATES) {
    const input = make("input", { type: "radio", name: "rate", value: String(rate) });
    if (rate === 0) input.setAttribute("checked", "");
    const text = rate === 0 ? "Stopped" : `${number.format(rate)} a second`;
    get("rates").append(make("label", {}, input, make("span", {}, text)));
    input.addEventListener("change", () => void post(`rate?n=${rate}`));
  }
}
