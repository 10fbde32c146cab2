/** Something the set-up needs and cannot have: what failed, and what the user can do about it. */
export class SetupError extends Error {
  /**
   * @param {string} what
   * @param {string} todo
   * @param {unknown} [cause]
   */
  constructor(what, todo, cause) {
    super(`${what}\n  What to do: ${todo.replaceAll("\n", "\n    ")}`, { cause });
    this.name = "SetupError";
  }
}
