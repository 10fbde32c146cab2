import { Hub } from "./hub.js";
import { ended, lock } from "./locks.js";

/** @typedef {import("./frames.js").Message} Message */
/** @typedef {import("./upstream.js").Upstream} Upstream */
/** @typedef {import("./link.js").Receiver} Receiver */

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
  #client;
  #open;
  #to;
  /** Open while the tab takes part. @type {BroadcastChannel | undefined} */
  #channel;
  /** Ends the part of this tab, and its wait for the leader's lock. */
  #stop = new AbortController();
  #queued = new AbortController();
  /** Of the leader: the newest one counts. */
  #term = 0;
  /** Whom this tab follows; undefined while none is known. @type {string | undefined} */
  #leader;
  /** Of the leader. @type {Upstream | undefined} */
  #upstream;
  #hub;
  #others = new Set();
  #heard = false;
  #misses = 0;
  #session;
  tabs = 1;
  reconnects = 0;

  /**
   * @param {string} name of the connection: tabs with the same name share it
   * @param {string} session @param {import("./client.js").Client} client of this tab
   * @param {Receiver} to of this tab @param {(to: Receiver, session: string) => Upstream} open
   */
  constructor(name, session, client, to, open) {
    this.#name = name;
    this.#session = session;
    this.#client = client;
    this.#to = to;
    this.#open = open;
    this.#hub = new Hub(client, (tab, message) => this.#post("for", tab, message));
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
    if (this.#channel) return this.check(true);
    this.#stop = new AbortController();
    this.#channel = new BroadcastChannel(this.#name);
    this.#channel.onmessage = ({ data }) => this.#hear(data);
    // A lock of its own tells the leader when this tab is gone.
    this.#lock(this.#id, {}, () => this.#post("join"));
    this.#queue();
    this.#tick(this.#stop);
  }

  /** @param {Message[]} messages */
  send(messages) {
    if (this.#upstream) this.#upstream.send(messages);
    else this.#post("send", messages);
  }

  /** @param {string} kind @param {any} args @returns {[string, any]} as of `Hub` */
  asked(kind, args) {
    return this.#hub.asked(this.#id, kind, args);
  }

  /** @param {boolean} changed as of `Upstream`; then it also connects at once if it is down */
  check(changed) {
    if (!this.#upstream) return this.#post("ping", changed);
    if (changed) this.#upstream.start();
    this.#upstream.check(changed);
  }

  /** Leaves the others at once, until `start`. */
  close() {
    this.#post("leave");
    this.#stop.abort();
    this.#resign();
    this.#channel?.close();
    this.#channel = undefined;
  }

  /**
   * Holds a lock until this tab leaves.
   * @param {string} name @param {LockOptions} options @param {() => void} held
   */
  #lock(name, options, held) {
    const { signal } = this.#stop;
    return lock(`${this.#name} ${name}`, options, () => {
      if (!signal.aborted) held();
      return ended(signal);
    });
  }

  /** Waits for the lock of the leader. @param {LockOptions} [options] to take it */
  async #queue(options) {
    const { signal } = this.#stop;
    const queued = new AbortController();
    this.#queued = queued;
    signal.addEventListener("abort", () => queued.abort());
    await this.#lock("leader", options ?? { signal: queued.signal }, () => this.#lead());
    if (queued.signal.aborted) return;
    this.#resign(); // it was stolen
    void this.#queue();
  }

  #lead() {
    this.#resign();
    this.#term = Math.max(this.#term + 1, this.#client.world.now());
    const upstream = this.#open(
      {
        ...this.#to,
        up: (welcome) => {
          this.#session = upstream.session;
          this.#to.up(welcome);
          this.#up("");
        },
        receive: (messages) => {
          for (const message of messages) if (message[0] === "node") this.#post("for", "", message);
          this.#to.receive(messages);
        },
        down: (code, error) => {
          this.#hub.down();
          this.#to.down(code, error);
          this.#post("down", code);
        },
      },
      this.#session,
    );
    this.#upstream = upstream;
    this.#post("lead");
    upstream.start();
  }

  /** Is nobody's leader or follower. */
  #resign() {
    this.#upstream?.close();
    this.#upstream = undefined;
    this.#leader = undefined;
    this.#others.clear();
    this.#hub.down();
    if (this.#client.welcome) this.#to.down("UNREACHABLE");
  }

  /** Tells a tab, or all, that the connection is up. @param {string} tab */
  #up(tab) {
    const { welcome } = this.#client;
    const { reconnects } = /** @type {Upstream} */ (this.#upstream);
    if (welcome) this.#post("up", tab, welcome, this.#session, reconnects);
    else this.#post("lead");
  }

  /** @param {string} kind @param {unknown[]} parts */
  #post(kind, ...parts) {
    this.#channel?.postMessage([kind, this.#id, this.#term, ...parts]);
  }

  /** @param {[kind: string, from: string, term: number, ...parts: any[]]} message */
  #hear([kind, from, term, ...parts]) {
    if (!/^(join|leave|ping|send)$/.test(kind)) this.#fromLeader(kind, from, term, parts);
    else if (this.#upstream) this.#fromTab(kind, from, parts[0]);
  }

  /** @param {string} kind @param {string} tab @param {any} part */
  #fromTab(kind, tab, part) {
    const gone = () => {
      if (this.#others.delete(tab)) this.#hub.leave(tab);
    };
    if (kind === "leave") gone();
    if (kind === "send") this.#hub.from(tab, part);
    if (kind === "ping") {
      this.check(part);
      this.#post("alive", this.#others.size + 1);
    }
    if (kind !== "join") return;
    if (!this.#others.has(tab)) {
      this.#others.add(tab);
      void lock(`${this.#name} ${tab}`, { signal: this.#stop.signal }, async () => gone());
    }
    this.#up(tab);
  }

  /** @param {string} kind @param {string} from @param {number} term @param {any[]} parts */
  #fromLeader(kind, from, term, [first, second, session, reconnects]) {
    if (term < this.#term) return;
    if (this.#upstream) {
      // Two lead for a moment: the older one has slept.
      if (term > this.#term) this.#resign();
      return;
    }
    this.#term = term;
    this.#heard = true;
    const { welcome } = this.#client;
    if (this.#leader !== from) {
      this.#leader = from;
      if (welcome) this.#to.down("UNREACHABLE");
      this.#post("join");
      return;
    }
    if (kind === "alive") this.tabs = first;
    if (kind === "down") this.#to.down(first);
    const mine = first === "" || first === this.#id;
    if (kind === "for" && mine && welcome) this.#to.receive([second]);
    if (kind !== "up" || !mine) return;
    this.#session = session;
    this.reconnects = reconnects;
    if (this.#client.welcome) this.#to.down("UNREACHABLE");
    this.#to.up(second);
  }

  /** A follower looks after the leader. @param {AbortController} stop */
  #tick(stop) {
    if (stop.signal.aborted) return;
    this.#client.world.later(() => this.#tick(stop), PING);
    if (this.#upstream) {
      this.tabs = this.#others.size + 1;
      this.#heard = true;
    }
    this.#misses = this.#heard ? 0 : this.#misses + 1;
    if (!this.#heard) this.#post("ping", false);
    this.#heard = false;
    if (this.#misses < MISSES) return;
    this.#misses = 0;
    // One of the followers takes the lock; the others hear of it before the next one may.
    void lock(`${this.#name} steal`, { ifAvailable: true }, (held) => {
      if (!held || stop.signal.aborted) return undefined;
      this.#queued.abort();
      void this.#queue({ steal: true });
      return new Promise((resolve) => this.#client.world.later(() => resolve(0), PING * MISSES));
    });
  }
}
