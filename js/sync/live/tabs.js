import { Hub } from "./hub.js";
import { ended, lock } from "./locks.js";

/** @typedef {import("./frames.js").Message} Message */
/** @typedef {import("./upstream.js").Upstream} Upstream */
/** @typedef {import("./upstream.js").Receiver} Receiver */
/** @typedef {import("./upstream.js").Welcome} Welcome */

/** Ms between a follower's questions whether the leader lives, and how many may stay unanswered. */
const PING = 200;
const MISSES = 3;

/**
 * One connection for all tabs of an origin. The leader holds a Web Lock and the connection; the others
 * talk to it by a BroadcastChannel. A leader that closes or crashes gives the lock to the next tab; from
 * one that is silent it is taken. Every tab knows by itself how far its channels are, so that nothing
 * is lost with a leader.
 */
export class Tabs {
  #name;
  #id = crypto.randomUUID();
  #world;
  #open;
  #to;
  /** Open while the tab takes part. @type {BroadcastChannel | undefined} */
  #channel;
  /** Ends the part of this tab. */
  #stop = new AbortController();
  /** Of the leader: the newest one counts. */
  #term = 0;
  /** Whom this tab follows; undefined while none is known. @type {string | undefined} */
  #leader;
  /** @type {Hub | undefined} */
  #hub;
  /** @type {Upstream | undefined} */
  #upstream;
  /** The other tabs. @type {Set<string>} */
  #others = new Set();
  /** @type {Welcome | undefined} */
  #welcome;
  #heard = false;
  #misses = 0;
  /** Ends the wait for the leader's lock. */
  #queued = new AbortController();
  #session;
  tabs = 1;
  reconnects = 0;

  /**
   * @param {string} name of the connection: tabs with the same name share it
   * @param {(to: Receiver, session: string) => Upstream} open
   * @param {string} session @param {import("./world.js").World} world @param {Receiver} to
   */
  constructor(name, open, session, world, to) {
    this.#name = name;
    this.#open = open;
    this.#session = session;
    this.#world = world;
    this.#to = to;
  }

  get leads() {
    return this.#upstream !== undefined;
  }

  /** As of `Upstream`; -1 in a follower. */
  get which() {
    return this.#upstream?.which ?? -1;
  }

  /** Takes part, or looks after the connection. */
  start() {
    if (this.#channel) {
      this.check(false);
      return;
    }
    this.#stop = new AbortController();
    this.#channel = new BroadcastChannel(this.#name);
    this.#channel.onmessage = ({ data }) => this.#hear(data);
    const { signal } = this.#stop;
    // A lock of its own tells the leader when this tab is gone.
    lock(`${this.#name} ${this.#id}`, {}, () => {
      if (signal.aborted) return undefined;
      this.#post("join");
      return ended(signal);
    });
    this.#queue();
    this.#tick(signal);
  }

  /** @param {Message[]} messages */
  send(messages) {
    if (this.#hub) this.#hub.from(this.#id, messages);
    else this.#post("send", messages);
  }

  /** @param {boolean} changed as of `Upstream` */
  check(changed) {
    if (this.#upstream) this.#upstream.check(changed);
    else this.#post("ping", changed);
  }

  /** Leaves the others at once, until `start`. */
  close() {
    if (!this.#channel) return;
    this.#post("leave");
    this.#stop.abort();
    this.#resign();
    this.#leader = undefined;
    this.#channel.close();
    this.#channel = undefined;
  }

  /** Waits for the lock of the leader. @param {LockOptions} [options] */
  #queue(options) {
    const stop = this.#stop;
    const { signal } = stop;
    const end = new AbortController();
    signal.addEventListener("abort", () => end.abort());
    this.#queued = end;
    lock(this.#name, options ?? { signal: end.signal }, () => {
      if (signal.aborted) return undefined;
      this.#lead();
      return ended(signal);
    }).then((stolen) => {
      if (!stolen || signal.aborted || end.signal.aborted) return;
      this.#resign();
      this.#queue();
    });
  }

  #lead() {
    this.#term = Math.max(this.#term + 1, this.#world.now());
    this.#lost("UNREACHABLE");
    this.#leader = undefined;
    const upstream = this.#open(
      {
        up: (welcome) => {
          this.#welcome = welcome;
          this.#session = upstream.session;
          this.#post("up", welcome, this.#others.size + 1, upstream.session, upstream.reconnects);
          this.#to.up(welcome);
        },
        down: (code, error) => {
          this.#hub?.down();
          this.#welcome = undefined;
          this.#post("down", code);
          this.#to.down(code, error);
        },
        receive: (messages) => this.#deliver(this.#hub?.to(messages) ?? []),
        error: this.#to.error,
      },
      this.#session,
    );
    this.#upstream = upstream;
    this.#hub = new Hub(
      (messages) => upstream.send(messages),
      (tab, message) => this.#deliver([[[tab], message]]),
    );
    this.#post("lead");
    upstream.start();
  }

  /** The leader gives up its part. */
  #resign() {
    this.#upstream?.close();
    this.#upstream = undefined;
    this.#hub = undefined;
    this.#others.clear();
    this.#lost("UNREACHABLE");
  }

  /** @param {string} code */
  #lost(code) {
    const was = this.#welcome;
    this.#welcome = undefined;
    if (was) this.#to.down(code);
  }

  /** @param {[tabs: readonly string[], message: Message][]} messages */
  #deliver(messages) {
    const mine = [];
    const theirs = [];
    for (const [tabs, message] of messages) {
      const all = tabs[0] === "";
      if (all || tabs.includes(this.#id)) mine.push(message);
      if (all || tabs.some((tab) => tab !== this.#id)) theirs.push([tabs, message]);
    }
    if (theirs.length > 0) this.#post("for", theirs);
    if (mine.length > 0) this.#to.receive(mine);
  }

  /** @param {string} kind @param {unknown[]} parts */
  #post(kind, ...parts) {
    this.#channel?.postMessage([kind, this.#id, this.#term, ...parts]);
  }

  /** @param {[kind: string, from: string, term: number, ...parts: any[]]} message */
  #hear([kind, from, term, ...parts]) {
    if (/^(lead|up|down|for|alive)$/.test(kind)) this.#fromLeader(kind, from, term, parts);
    else if (this.#hub) this.#fromTab(kind, from, parts[0]);
  }

  /** @param {string} kind @param {string} tab @param {any} part */
  #fromTab(kind, tab, part) {
    if (kind === "leave") this.#gone(tab);
    if (kind === "ping") {
      this.#upstream?.check(part);
      this.#post("alive", this.#others.size + 1);
    }
    if (kind === "send") this.#hub?.from(tab, part);
    if (kind !== "join") return;
    if (!this.#others.has(tab)) {
      this.#others.add(tab);
      const { signal } = this.#stop;
      const name = `${this.#name} ${tab}`;
      void lock(name, { signal }, () => void this.#gone(tab));
    }
    const { session = "", reconnects = 0 } = this.#upstream ?? {};
    if (!this.#welcome) this.#post("lead");
    else this.#post("up", this.#welcome, this.#others.size + 1, session, reconnects, tab);
  }

  /** @param {string} tab */
  #gone(tab) {
    if (this.#others.delete(tab)) this.#hub?.leave(tab);
  }

  /** @param {string} kind @param {string} from @param {number} term @param {any[]} parts */
  #fromLeader(kind, from, term, parts) {
    if (term < this.#term) return;
    if (this.#upstream) {
      // Two lead for a moment: the older one has slept.
      if (term > this.#term) this.#resign();
      return;
    }
    this.#term = term;
    this.#heard = true;
    if (this.#leader !== from) {
      this.#lost("UNREACHABLE");
      this.#leader = from;
      this.#post("join");
      if (kind === "up" && parts[4] === undefined) return; // it comes again
    }
    if (kind === "alive") this.tabs = parts[0];
    if (kind === "down") {
      this.#welcome = undefined;
      this.#to.down(parts[0]);
    }
    if (kind === "for" && this.#welcome) {
      const its = parts[0].filter(([tabs]) => tabs[0] === "" || tabs.includes(this.#id));
      if (its.length > 0) this.#to.receive(its.map(([, message]) => message));
    }
    if (kind !== "up") return;
    const [welcome, tabs, session, reconnects, tab = this.#id] = parts;
    this.tabs = tabs;
    this.reconnects = reconnects;
    if (tab !== this.#id) return;
    this.#lost("UNREACHABLE");
    this.#session = session;
    this.#welcome = welcome;
    this.#to.up(welcome);
  }

  /** A follower looks after the leader. @param {AbortSignal} signal */
  #tick(signal) {
    if (signal.aborted) return;
    this.#world.later(() => this.#tick(signal), PING);
    if (this.#upstream) {
      this.tabs = this.#others.size + 1;
      this.#misses = 0;
      return;
    }
    this.#misses = this.#heard ? 0 : this.#misses + 1;
    if (this.#misses === MISSES) this.#steal();
    if (!this.#heard) this.#post("ping", false);
    this.#heard = false;
    this.#misses %= MISSES;
  }

  /** One of the followers takes the lock; the others hear of it before the next one may. */
  #steal() {
    void lock(`${this.#name} steal`, { ifAvailable: true }, (held) => {
      if (!held || this.#stop.signal.aborted) return undefined;
      this.#queued.abort();
      this.#queue({ steal: true });
      return new Promise((resolve) => this.#world.later(() => resolve(0), PING * MISSES));
    });
  }
}
