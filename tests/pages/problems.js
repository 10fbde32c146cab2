// First script of a page: records its errors, for engines whose drivers do not report them.
globalThis.problems = [];
addEventListener("error", ({ message }) => globalThis.problems.push(message), true);
addEventListener("unhandledrejection", ({ reason }) => globalThis.problems.push(String(reason)));
const { error } = console;
console.error = (...words) => {
  globalThis.problems.push(words.join(" "));
  error.apply(console, words);
};
