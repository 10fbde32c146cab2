import { Cache } from "/apus/index.js";
import { catalogue, keys } from "./catalogue.js";
import { columns, nameOf } from "./columns.js";
import { controls } from "./controls.js";
import { ms, price } from "./format.js";
import { journal } from "./journal.js";
import { Network } from "./network.js";

/** @param {string} id @returns {any} */
const get = (id) => document.getElementById(id);

const MEMORY = 10e6;
const say = journal(get("journal"));
const network = new Network();
const shown = columns(get("columns"));
const shop = catalogue(get("catalogue"), (key) => ask(key, true));

const cache = await Cache.open("levels", {
  maxBytes: MEMORY,
  ttl: 20_000,
  persist: { ttl: 120_000 },
  remote: { url: "/gateway/", fetch: network.fetch, fastest: 300, slowest: 1500 },
});

let offline = false;

/** Asks the cache for a product, and shows which level had it. @param {string} key @param {boolean} [told] */
async function ask(key, told = false) {
  /** @type {import("../../js/cache/remote/options.js").Status} */
  const status = {};
  const begin = performance.now();
  try {
    const product = /** @type {any} */ (await cache.fetch(key, undefined, { status }));
    const time = performance.now() - begin;
    const { level = "none" } = status;
    if (product === undefined) throw Object.assign(new Error(), { code: "no such product" });
    shop.answered(key, product, level, time);
    shown.light(level);
    if (told) say(`${product.name}: ${nameOf(level)} answered in ${ms(time)}.`);
  } catch (error) {
    const { code = "failed" } = /** @type {any} */ (error);
    shown.light(undefined);
    shop.failed(key, code);
    if (told) say(`${shop.nameOf(key)}: no level above the gateway has it (${code}).`, "bad");
  }
  heardOf(status.offline);
  shown.show(cache.stats().levels);
}

/** @param {boolean} [now] */
function heardOf(now = offline) {
  if (offline && !now) {
    say("The gateway answers again.", "good");
    buttons.look();
  }
  offline = now;
}

cache.addEventListener("degraded", ({ detail }) => {
  const { code, reason } = /** @type {any} */ (detail);
  if (!code) return say(`The disk does not work (${reason}). The other levels go on.`, "bad");
  offline = true;
  say(`The gateway does not answer (${code}). The levels above go on without it.`, "bad");
  buttons.look();
});
cache.addEventListener("error", ({ detail }) => say(/** @type {any} */ (detail).message, "bad"));

network.addEventListener("heard", (event) => {
  const { kind, name } = /** @type {CustomEvent} */ (event).detail;
  if (kind === "tag") {
    const count = shop.outdated((_, tag) => tag === name);
    say(`The change log says: everything tagged ${name} is out of date. ${count} products here.`);
  } else if (kind === "prefix") {
    shop.outdated((key) => key.startsWith(name));
    say(`The change log says: every key that begins with ${name} is out of date.`);
  } else if ((kind === "set" || kind === "delete") && keys.includes(name)) {
    shop.outdated((key) => key === name);
    if (kind === "set") say(`The change log says: ${shop.nameOf(name)} has changed.`);
  }
});

/** Answers of the edge that were refused in vain, and are reported together. */
let cautious = 0;

network.addEventListener("refused", (event) => {
  const { old, answer } = /** @type {CustomEvent} */ (event).detail;
  if (old.value.price === answer.value.price) {
    if (cautious++ === 0) setTimeout(reportCautious, 1000);
    return;
  }
  say(
    `The edge said ${price(old.value.price)}, as of ${place(old.asOf)}. This page knows of a later ` +
      `change, so it refused that and asked the gateway: ${price(answer.value.price)}, as of ${place(answer.asOf)}.`,
    "good",
  );
});

function reportCautious() {
  say(
    `The edge's answers for ${cautious} products might have been older than a change, so the gateway was asked. They were not.`,
  );
  cautious = 0;
}

/** The offset alone: an epoch is long, and the same. @param {string} asOf */
const place = (asOf) => `change ${asOf.split(":")[1]}`;

const buttons = controls({
  get,
  cache,
  network,
  say,
  ask,
  /** Evicts what memory holds; the disk keeps it. */
  clearMemory() {
    const count = cache.size;
    cache.resize({ maxBytes: 1 });
    cache.resize({ maxBytes: MEMORY });
    return count;
  },
  invalidate: (/** @type {string} */ tag) => {
    cache.invalidateTag(tag);
    return shop.outdated((_, its) => its === tag);
  },
});

await buttons.look();
for (const key of keys) await ask(key);
setInterval(() => shown.show(cache.stats().levels), 500);
document.documentElement.dataset.ready = "";
