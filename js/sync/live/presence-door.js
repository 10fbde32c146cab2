import { func } from "../../core/check.js";
import { part } from "./part.js";

/** @typedef {import("./presence.js").Member} Member */

/**
 * Who is in a channel. All of it rejects with `FORBIDDEN`, `UNREACHABLE` or `TIMED_OUT`.
 * @typedef {object} PresenceOf
 * @property {(state: unknown) => Promise<void>} enter or change the state, which is JSON. All tabs that
 *   share the connection are one member.
 * @property {() => Promise<void>} leave without having entered, does nothing
 * @property {() => Promise<Member[]>} members who is here now
 * @property {(callback: (members: Member[]) => unknown) => () => void} on calls back with all members,
 *   now and whenever they change, once a frame at most; returns what stops it
 * @property {() => void} close
 */

/**
 * The code is loaded with the first call.
 * @param {import("./channel.js").Context} context @param {string} name of the channel
 * @returns {PresenceOf}
 */
export function presenceOf(context, name) {
  /** @type {Promise<import("./presence.js").Presence> | undefined} */
  let presence;
  const load = () => {
    presence ??= part(import("./presence.js"), () => {
      presence = undefined;
    }).then(({ Presence }) => new Presence(context, name));
    return presence;
  };
  return {
    enter: async (state) => (await load()).enter(state),
    leave: async () => (await load()).leave(),
    members: async () => (await load()).members(),
    on(callback) {
      func(callback, "presence.on: callback");
      let off = () => {};
      let stopped = false;
      load().then(
        (it) => {
          if (!stopped) off = it.on(callback);
        },
        (error) => context.failed("UNREACHABLE", error, name),
      );
      return () => {
        stopped = true;
        off();
      };
    },
    close() {
      presence?.then((it) => it.close()).catch(() => {});
    },
  };
}
