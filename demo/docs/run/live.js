// Makes an example that is marked `live` editable: an editor, Run and Reset, its page in a sandboxed frame and
// what it writes to the console. Nothing of it loads before someone presses the button.
import { highlight } from "./highlight.js";

for (const figure of document.querySelectorAll("figure.live")) {
  const button = make("button", { type: "button", textContent: "Edit and run" });
  const bar = make("div", { className: "tools" });
  bar.append(button);
  figure.append(bar);
  button.addEventListener("click", () => start(/** @type {HTMLElement} */ (figure), bar), {
    once: true,
  });
}

let count = 0;
/** What ends the listening to an example's last run. @type {WeakMap<HTMLElement, AbortController>} */
const running = new WeakMap();

/** @param {HTMLElement} figure @param {HTMLElement} bar */
function start(figure, bar) {
  const pre = /** @type {HTMLElement} */ (figure.querySelector("pre"));
  const code = /** @type {HTMLElement} */ (pre.querySelector("code"));
  const original = code.textContent ?? "";
  const editor = make("textarea", { value: original.trimEnd(), spellcheck: false });
  editor.setAttribute("aria-label", "Code of the example");
  editor.setAttribute("autocapitalize", "off");
  const box = make("div", { className: "editor" });
  pre.replaceWith(box);
  pre.removeAttribute("tabindex");
  pre.setAttribute("aria-hidden", "true"); // the colours below the editor's text
  box.append(pre, editor);
  const run = make("button", { type: "button", textContent: "Run" });
  const reset = make("button", { type: "button", textContent: "Reset" });
  const hint = make("small", { textContent: "Ctrl + Enter runs it" });
  bar.replaceChildren(run, reset, hint);
  const output = make("div", { className: "output", role: "log" });
  output.setAttribute("aria-label", "Console of the example");
  output.tabIndex = 0;

  const paint = () => {
    code.innerHTML = `${highlight(editor.value, "js")}\n`;
  };
  const go = () => execute(figure, editor.value, output);
  editor.addEventListener("input", paint);
  editor.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    go();
  });
  run.addEventListener("click", go);
  reset.addEventListener("click", () => {
    editor.value = original.trimEnd();
    paint();
    go();
  });
  figure.append(output);
  paint();
  run.focus();
  go();
}

/**
 * Each run is a page of its own, so that nothing of the last one is left.
 * @param {HTMLElement} figure @param {string} code @param {HTMLElement} output
 */
function execute(figure, code, output) {
  figure.querySelector("iframe")?.remove();
  running.get(figure)?.abort();
  const stop = new AbortController();
  running.set(figure, stop);
  output.replaceChildren();
  const id = String(++count);
  const frame = make("iframe", { title: "Page of the example" });
  frame.setAttribute("sandbox", "allow-scripts allow-same-origin");
  frame.src = `/docs/run/frame.html?${id}`;
  const listen = (/** @type {MessageEvent} */ { source, data }) => {
    if (source !== frame.contentWindow) return;
    if (data.ready) frame.contentWindow?.postMessage({ code }, location.origin);
    else if (data.done) figure.dataset.done = id;
    else output.append(make("p", { className: data.kind, textContent: data.text }));
  };
  addEventListener("message", listen, { signal: stop.signal });
  output.before(frame);
}

/**
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name @param {Partial<HTMLElementTagNameMap[Name]>} properties
 * @returns {HTMLElementTagNameMap[Name]}
 */
function make(name, properties) {
  const element = document.createElement(name);
  Object.assign(element, properties);
  return element;
}
