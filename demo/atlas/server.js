/**
 * The cities from the server: pages of a table, searched and sorted there. Changes go through an
 * outbox, so they show at once and wait while there is no network. This module loads when the reader
 * turns the switch "Server" on.
 */
import { Cache } from "/apus/index.js";
import { LogFollower, Outbox, pages } from "/apus/sync.js";
import { editForm } from "./edit.js";
import { fold } from "./fold.js";
import { count, countryName } from "./names.js";

/** @typedef {import("./format.js").City & { id: number }} ServerCity a row of the table */
/** @typedef {Partial<Pick<ServerCity, "name" | "population">>} Change */

const gateway = new URL("gateway/", import.meta.url);
const table = new URL("table/cities", gateway);

/** @param {{ id: number }} city */
const laneOf = ({ id }) => `city:${id}`;

/**
 * @typedef {object} Parts
 * @property {any} list the <apus-list>
 * @property {HTMLElement} area with the status and the <apus-outbox>; hidden until now
 * @property {(length: number) => void} counted how many cities there are in the list
 * @property {(id: number) => string | undefined} nameOf a city
 */

export class ServerCities {
  #parts;
  #outbox;
  #edits;
  #all;
  #database;
  /** @type {import("/apus/sync.js").LogFollower | undefined} */ #follower;
  /** @type {Awaited<ReturnType<typeof pages>> | undefined} */ #source;
  #showing = new AbortController();
  #stop = new AbortController();
  /** Lanes with changes that are not sent. @type {Set<string>} */ #waiting = new Set();
  /** Rows under the changes that show, by lane. @type {Map<string, ServerCity>} */ #below =
    new Map();
  /** The same when their change was applied: a row that was read later has it. @type {Map<string, ServerCity | undefined>} */
  #applied = new Map();
  #down = false;

  /**
   * @param {Parts} parts
   * @returns {Promise<ServerCities>}
   * @throws when there is no server, with a message for the reader
   */
  static async open(parts) {
    const response = await fetch(new URL("state", import.meta.url)).catch(() => undefined);
    if (!response) throw new Error("The server cannot be reached");
    const isJson = response.headers.get("content-type")?.startsWith("application/json");
    const state = isJson ? await response.json() : {};
    if (!isJson) throw new Error("There is no server here: npm start brings one");
    if (!response.ok) throw new Error(`The server has no cities: ${state.title}`);
    const edits = await Cache.open("atlas-edits", { maxEntries: 100_000 });
    const outbox = await Outbox.open("atlas", { cache: edits });
    return new ServerCities(parts, edits, outbox, state);
  }

  /**
   * Use `open`.
   * @param {Parts} parts @param {Cache} edits @param {import("/apus/sync.js").Outbox} outbox
   * @param {{ cities: number, database: boolean }} state
   */
  constructor(parts, edits, outbox, { cities, database }) {
    this.#parts = parts;
    this.#edits = edits;
    this.#outbox = outbox;
    this.#all = cities;
    this.#database = database;
    const { signal } = this.#stop;
    outbox.addEventListener("progress", () => void this.#look(), { signal });
    const element = /** @type {any} */ (parts.area.querySelector("apus-outbox"));
    element.describe = ({ lane = "" }) =>
      `Change of ${parts.nameOf(Number(lane.slice("city:".length)))}`;
    element.outbox = outbox;
    parts.area.hidden = false;
    this.#say();
    void this.#look();
    void this.#follow();
    import("./detail.js").catch(() => {}); // a city's details are there without a network too
  }

  /** Rows in the list. */
  get length() {
    return this.#source?.length ?? 0;
  }

  /**
   * @param {string} query words; after a comma a country @param {"population" | "name"} order
   * @param {number} [wait] ms in which another call may replace this one
   * @returns {Promise<void>} when the list has its length
   */
  async show(query, order, wait = 0) {
    this.#showing.abort();
    this.#showing = new AbortController();
    const { signal } = this.#showing;
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    if (signal.aborted) return;
    const source = await pages({ url: table, order, ...asked(query), total: true, signal });
    if (signal.aborted) return;
    this.#source = source;
    const counted = () => this.#parts.counted(source.length);
    source.addEventListener("splice", counted, { signal });
    const first = source.getRange(0, 1);
    if (Array.isArray(first)) counted();
    else Promise.resolve(first).catch(() => {}); // the list says that it failed
    const { list } = this.#parts;
    list.source = source;
    if (source.length > 0) list.scrollToIndex(0, { align: "start" });
    list.refresh(); // other words are marked
  }

  /** @returns {Promise<ServerCity | undefined>} as it shows; undefined for an empty list */
  async first() {
    const [city] = /** @type {ServerCity[]} */ ((await this.#source?.getRange(0, 1)) ?? []);
    return city && this.shown(city);
  }

  /** A row as it shows: with a change that waits. @param {ServerCity} city @returns {ServerCity & { waiting?: boolean }} */
  shown(city) {
    const lane = laneOf(city);
    const edit = /** @type {Change | undefined} */ (this.#edits.peek(lane));
    if (!edit) return city;
    if (this.#applied.has(lane) && this.#applied.get(lane) !== city) {
      this.#applied.delete(lane);
      this.#below.delete(lane);
      this.#edits.delete(lane);
      return city;
    }
    this.#below.set(lane, city);
    return { ...city, ...edit, waiting: this.#waiting.has(lane) };
  }

  /** What the details of a city offer. @param {ServerCity} city as it shows @param {() => void} done */
  form(city, done) {
    return editForm(city, async (change) => {
      const lane = laneOf(city);
      const before = /** @type {Change | undefined} */ (this.#edits.peek(lane));
      await this.#outbox.add(
        {
          url: `${table.href}/${city.id}`,
          method: "PATCH",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(change),
        },
        { lane, optimistic: [{ key: lane, value: { ...before, ...change } }] },
      );
      done();
    });
  }

  /** Back to the page's own cities. What waits stays in the outbox, on the disk. */
  async close() {
    this.#stop.abort();
    this.#showing.abort();
    this.#follower?.close();
    const { area } = this.#parts;
    area.hidden = true;
    /** @type {any} */ (area.querySelector("apus-outbox")).outbox = undefined;
    await this.#outbox.close();
    await this.#edits.close();
  }

  /** What other pages changed, from the gateway's log of tags. */
  async #follow() {
    const follower = await LogFollower.open({
      url: gateway,
      positions: { protocol: 1, logs: { 64: null } },
      slowest: 2000,
      onChange: ({ events, lost }) =>
        this.#source?.refresh(lost ? undefined : events.map(({ name }) => name)),
      onState: ({ state }) => {
        if (state === "up" && this.#down) this.#source?.refresh(); // pages may have failed meanwhile
        this.#down = state === "down";
        this.#say();
      },
    });
    if (this.#stop.signal.aborted) follower.close();
    else this.#follower = follower;
  }

  /** What waits, and what was applied since the last look. */
  async #look() {
    const entries = await this.#outbox.entries().catch(() => undefined); // it was closed
    if (!entries || this.#stop.signal.aborted) return;
    const waiting = entries.filter(({ state }) => state !== "parked");
    this.#waiting = new Set(waiting.map(({ lane }) => lane));
    for (const [key] of this.#edits.entries()) {
      const lane = String(key);
      if (this.#waiting.has(lane)) this.#applied.delete(lane);
      else if (!this.#applied.has(lane)) {
        this.#applied.set(lane, this.#below.get(lane));
        this.#source?.refresh(["cities:rows"]);
      }
    }
    this.#parts.list.refresh();
  }

  #say() {
    const status = /** @type {HTMLElement} */ (this.#parts.area.querySelector("[role=status]"));
    status.textContent = this.#down
      ? "The server cannot be reached. Changes wait in the outbox."
      : `${count(this.#all)} cities in ${this.#database ? "PostgreSQL" : "the server's memory"}`;
    status.classList.toggle("down", this.#down);
  }
}

/** @param {string} query @returns {{ search: string, where?: { country: string } }} */
function asked(query) {
  const [words, place = ""] = fold(query).split(",", 2);
  const country = countryCode(place.trim());
  if (country) return { search: words.trim(), where: { country } };
  return { search: `${words} ${place}`.trim() }; // words of countries' names are searched too
}

/** By code and by name, folded. @type {Map<string, string> | undefined} */
let codes;

/** @param {string} text folded @returns {string | undefined} ISO 3166-1 alpha-2 */
function countryCode(text) {
  if (!codes) {
    const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
    const pairs = letters.flatMap((first) => letters.map((second) => first + second));
    codes = new Map(
      pairs.flatMap((code) => {
        const name = countryName(code);
        return name === code ? [] : [fold(code), fold(name)].map((text) => [text, code]);
      }),
    );
  }
  return codes.get(text);
}
