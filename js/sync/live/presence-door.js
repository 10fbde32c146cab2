import { func } from "../../core/check.js";

/** @typedef {import("./presence.js").Member} Member */

/**
 * Who is in a channel. The code is loaded with the first call.
 * @param {import("./channel.js").Context} context @param {string} name of the channel
 */
export function presenceOf(context, name) {
  /** @type {Promise<import("./presence.js").Presence> | undefined} */
  let part;
  const load = () => {
    part ??= import("./presence.js").then(
      ({ Presence }) => new Presence(context, name),
      (error) => {
        part = undefined;
        throw error;
      },
    );
    return part;
  };
  return {
    /**
     * Enters, or changes the state. All tabs that share the connection are one member.
     * @param {unknown} state JSON
     * @returns {Promise<void>} rejects with `FORBIDDEN`, `UNREACHABLE`, `TIMED_OUT`
     */
    enter: async (state) => (await load()).enter(state),
    /** Leaves; without having entered, does nothing. @returns {Promise<void>} rejects as `enter` */
    leave: async () => (await load()).leave(),
    /** Who is here now. @returns {Promise<Member[]>} rejects as `enter` */
    members: async () => (await load()).members(),
    /**
     * Calls back with all members, now and whenever they change, once a frame at most.
     * @param {(members: Member[]) => unknown} callback
     * @returns {() => void} stops it
     */
    on(callback) {
      func(callback, "presence.on: callback");
      let off = () => {};
      let stopped = false;
      load().then(
        (presence) => {
          if (!stopped) off = presence.on(callback);
        },
        (error) => context.failed("UNREACHABLE", error, name),
      );
      return () => {
        stopped = true;
        off();
      };
    },
    close() {
      part?.then((presence) => presence.close()).catch(() => {});
    },
  };
}
