/** @typedef {import("./session.node.js").Session} Session */

const WATCHED = "#presence:";

/**
 * Members of this gateway's clients. It renews their leases; a gateway that is gone renews none, so
 * its members leave when their leases end.
 */
export class Presence {
  #streams;
  #owner;
  #lease;
  /** Clients with members whose connection is lost, by the id of their session. @type {Map<string, { session: Session, timer: NodeJS.Timeout }>} */
  #lingering = new Map();
  #renewed = Date.now();
  #renewing = false;

  /** @param {import("../streams.node.js").Streams} streams @param {string} owner @param {number} lease ms */
  constructor(streams, owner, lease) {
    this.#streams = streams;
    this.#owner = owner;
    this.#lease = lease;
  }

  /** @param {Session} session @param {string} channel @param {unknown} state */
  async enter(session, channel, state) {
    session.members ??= new Map();
    session.members.set(channel, state);
    try {
      await this.#streams.enter(channel, session.member, state, this.#options);
    } catch (error) {
      session.members.delete(channel);
      throw error;
    }
    // It was lost meanwhile, and another may have its members.
    if (session.ended && !this.#lingering.has(session.id)) this.#leave(session.member, channel);
  }

  /** @param {Session} session @param {string} channel */
  async leave(session, channel) {
    if (!session.members?.delete(channel)) return;
    await this.#streams.leave(channel, session.member, this.#owner);
  }

  /** @param {string} channel */
  members(channel) {
    return this.#streams.members(channel);
  }

  /** @param {Session} session whose connection has ended @param {boolean} leaves */
  left(session, leaves) {
    if (!session.members?.size) return;
    if (leaves) this.#leaveAll(session);
    else {
      const timer = setTimeout(() => {
        this.#lingering.delete(session.id);
        this.#leaveAll(session);
      }, this.#lease);
      this.#lingering.set(session.id, { session, timer });
    }
  }

  /** The members of a client that is back. @param {string} id of its session @param {string} member */
  taken(id, member) {
    const found = this.#lingering.get(id);
    if (found?.session.member !== member) return undefined;
    clearTimeout(found.timer);
    this.#lingering.delete(id);
    return found.session.members;
  }

  /**
   * Renews leases when it is time; those of watched channels that have ended leave.
   * @param {Iterable<Session>} sessions @param {Iterable<string>} channels that have subscribers
   * @param {number} now
   */
  async tick(sessions, channels, now) {
    if (this.#renewing || now - this.#renewed < this.#lease / 3) return;
    this.#renewed = now;
    /** @type {Map<string, Map<string, unknown>>} */
    const all = new Map();
    for (const name of channels) {
      if (name.startsWith(WATCHED)) all.set(name.slice(WATCHED.length), new Map());
    }
    const lingering = [...this.#lingering.values()].map(({ session }) => session);
    for (const { members, member } of [...sessions, ...lingering]) {
      for (const [channel, state] of members ?? []) {
        const its = all.get(channel) ?? new Map();
        all.set(channel, its.set(member, state));
      }
    }
    this.#renewing = true;
    await Promise.allSettled([...all].map(([channel, members]) => this.#renew(channel, members)));
    this.#renewing = false;
  }

  /** All members leave. */
  async close() {
    for (const { session, timer } of this.#lingering.values()) {
      clearTimeout(timer);
      this.#leaveAll(session);
    }
    this.#lingering.clear();
  }

  get #options() {
    return { owner: this.#owner, lease: this.#lease };
  }

  /** @param {string} channel @param {Map<string, unknown>} members */
  async #renew(channel, members) {
    const missing = await this.#streams.renew(channel, [...members.keys()], this.#options);
    // Their leases had ended: this process stood still, or the engine lost them.
    for (const id of missing) {
      await this.#streams.enter(channel, id, members.get(id), this.#options);
    }
  }

  /** @param {Session} session */
  #leaveAll(session) {
    for (const channel of session.members?.keys() ?? []) this.#leave(session.member, channel);
    session.members = undefined;
  }

  /** Otherwise its lease ends it. @param {string} member @param {string} channel */
  #leave(member, channel) {
    this.#streams.leave(channel, member, this.#owner).catch(() => {});
  }
}
