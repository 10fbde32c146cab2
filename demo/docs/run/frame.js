// The page of a live example: gets its code from the page around it, runs it as a module, and reports what it
// writes and what goes wrong.

/** @type {Record<string, string>} what the package's entries are on this site, if not /apus/<name>.js */
const files = { worker: "worker", "worker/page": "worker-page" };
for (const room of ["", "cache", "list", "lazy", "sampler"]) files[room] = "index";

const tell = (/** @type {object} */ data) => parent.postMessage(data, location.origin);

for (const kind of /** @type {const} */ (["log", "info", "warn", "error"])) {
  const plain = console[kind];
  console[kind] = (...values) => {
    plain.apply(console, values);
    tell({ kind, text: values.map(text).join(" ") });
  };
}
addEventListener("error", ({ message, filename, lineno }) => {
  const place = filename?.startsWith("blob:") ? ` (line ${lineno})` : "";
  tell({ kind: "error", text: `${message}${place}` });
});
addEventListener("unhandledrejection", ({ reason }) =>
  tell({ kind: "error", text: `Uncaught (in promise) ${text(reason)}` }),
);

addEventListener("message", ({ source, origin, data }) => {
  if (source !== parent || origin !== location.origin || typeof data.code !== "string") return;
  const blob = new Blob([resolved(data.code)], { type: "text/javascript" });
  const script = document.createElement("script");
  script.type = "module";
  script.src = URL.createObjectURL(blob);
  script.onload = () => tell({ done: true });
  script.onerror = () => tell({ kind: "error", text: "A module could not be loaded" });
  document.body.append(script);
});
tell({ ready: true });

/** With addresses in place of the package's names, which a blob cannot resolve. @param {string} code */
function resolved(code) {
  return code.replace(
    /(\bfrom\s*|\bimport\s*\(?\s*)(["'])(?:apus(?:\/([\w./-]+))?|(\/[\w./-]+))\2/g,
    (_, before, quote, entry = "", path) => {
      const file = path ?? `/apus/${files[entry] ?? entry.replace(/\.js$/, "")}.js`;
      return `${before}${quote}${location.origin}${file}${quote}`;
    },
  );
}

/** @param {unknown} value @returns {string} as a console shows it, in one line */
function text(value) {
  if (typeof value === "string") return value;
  if (value instanceof Error) {
    const { code } = /** @type {{ code?: string }} */ (value);
    return `${value.name}${code ? ` ${code}` : ""}: ${value.message}`;
  }
  if (typeof value === "function") return `${value}`;
  try {
    return JSON.stringify(value, (_, it) => (typeof it === "bigint" ? `${it}n` : it)) ?? `${value}`;
  } catch {
    return String(value);
  }
}
