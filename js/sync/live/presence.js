import { Owner } from "../../core/owner.js";

/** @typedef {{ id: string, state: import("./events.js").Json }} Member */

/** Ms until a list is asked for again that was of another epoch, or did not come. */
const AGAIN = 500;
const utf8 = new TextEncoder();

/** Who is in a channel: the members as of a place in its presence stream, and the events after it. */
export class Presence {
  #context;
  #name;
  #set;
  #stream;
  /** By slot of the core. @type {Map<number, Member>} */
  #members = new Map();
  /** @type {Set<(members: Member[]) => unknown>} */
  #callbacks = new Set();
  /** What this page has entered with. @type {{ state: unknown } | undefined} */
  #entered;
  #known = false;
  #listing = 0;
  #off = () => {};

  /** @param {import("./channel.js").Context} context @param {string} name */
  constructor(context, name) {
    const { wasm } = context;
    const [seed, more] = crypto.getRandomValues(new Uint32Array(2));
    const core = wasm.apus_presence_new(seed, more);
    this.#context = context;
    this.#name = name;
    this.#set = new Owner("Presence", core, wasm.apus_presence_delete);
    this.#stream = context.open(
      { channel: `#presence:${name}` },
      {
        take: (events) => this.#take(events),
        ready: () => {
          if (!this.#known) void this.#list();
        },
        resumed: ({ recovered }) => {
          if (recovered) return;
          // The members stay until the list says otherwise.
          wasm.apus_presence_clear(this.#set.address);
          this.#members.clear();
          this.#known = false;
          void this.#list();
        },
      },
    );
  }

  /** @param {unknown} state */
  async enter(state) {
    const fresh = !this.#entered;
    this.#entered = { state };
    try {
      await this.#enter();
    } catch (error) {
      if (fresh) this.#entered = undefined;
      throw error;
    }
    // Another connection may be another member.
    if (!fresh) return;
    this.#off();
    this.#off = this.#context.client.onUp(() => {
      this.#enter().catch((error) => this.#context.failed(error?.code, error, this.#name));
    });
  }

  async leave() {
    this.#off();
    if (!this.#entered) return;
    this.#entered = undefined;
    await this.#context.request("leave", { channel: this.#name });
  }

  /** @returns {Promise<Member[]>} */
  async members() {
    if (this.#known) return [...this.#members.values()];
    const { members } = await this.#ask();
    return members.map(([id, state]) => ({ id, state }));
  }

  /** @param {(members: Member[]) => unknown} callback @returns {() => void} */
  on(callback) {
    this.#callbacks.add(callback);
    this.#stream.start();
    if (this.#known) this.#context.dispatcher.add(this);
    return () => this.#callbacks.delete(callback);
  }

  close() {
    this.#off();
    this.#callbacks.clear();
    this.#listing += 1;
    this.#stream.close();
    this.#set.dispose();
  }

  /** See `Box`. */
  deliver() {
    const members = [...this.#members.values()];
    for (const callback of [...this.#callbacks]) {
      this.#context.call(callback, members, this.#name);
    }
    return false;
  }

  async #enter() {
    if (!this.#entered) return;
    const args = { channel: this.#name, state: this.#entered.state };
    await this.#context.request("enter", args, { again: true });
  }

  /** @returns {Promise<{ members: [string, any][], epoch: number, offset: number }>} */
  #ask() {
    return this.#context.request("presence", { channel: this.#name }, { again: true });
  }

  /** Reads all members; events go on meanwhile. */
  async #list() {
    const turn = ++this.#listing;
    const { wasm, client } = this.#context;
    wasm.apus_presence_expect(this.#set.address);
    try {
      const { members, epoch, offset } = await this.#ask();
      if (turn !== this.#listing) return;
      if (epoch !== this.#stream.position?.epoch) throw new Error("another epoch");
      if (!wasm.apus_presence_begin(this.#set.address, offset)) throw new Error("an older list");
      for (const [id, state] of members) {
        const slot = this.#slot(id, (at, size) =>
          wasm.apus_presence_listed(this.#set.address, at, size),
        );
        if (slot >= 0) this.#members.set(slot, { id, state });
      }
      for (let slot = 0; slot >= 0; ) {
        slot = wasm.apus_presence_gone(this.#set.address);
        this.#members.delete(slot);
      }
      this.#known = true;
      this.#context.dispatcher.add(this);
    } catch (/** @type {any} */ error) {
      if (turn !== this.#listing) return;
      if (error?.code === "FORBIDDEN" || error?.code === "CLOSED") {
        this.#context.failed(error.code, error, this.#name);
      } else client.world.later(() => turn === this.#listing && void this.#list(), AGAIN);
    }
  }

  /** @param {import("./events.js").LiveEvent[]} events */
  #take(events) {
    const { wasm } = this.#context;
    for (const { type, key = "", data, at: place } of events) {
      const here = type !== "leave";
      const slot = this.#slot(key, (at, size) =>
        wasm.apus_presence_hear(this.#set.address, at, size, place.offset, Number(here)),
      );
      if (slot < 0) continue;
      if (here) this.#members.set(slot, { id: key, state: data });
      else this.#members.delete(slot);
    }
    if (this.#known) this.#context.dispatcher.add(this);
  }

  /** @param {string} id @param {(at: number, size: number) => number} find */
  #slot(id, find) {
    const bytes = utf8.encode(id);
    return find(this.#context.wasm.memory.write(bytes), bytes.length);
  }
}
