/** The set-up cannot get something that it needs. The message ends with a remedy for the user. */
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
