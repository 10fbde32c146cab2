// First in a page: keeps what goes wrong in it, for engines whose drivers do not tell.
globalThis.problems = [];
addEventListener("error", ({ message }) => globalThis.problems.push(message), true);
addEventListener("unhandledrejection", ({ reason }) => globalThis.problems.push(String(reason)));
const { error } = console;
console.error = (...words) => {
  globalThis.problems.push(words.join(" "));
  error.apply(console, words);
};
