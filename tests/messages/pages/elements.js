// Every element in as many states as a page can bring it to: elements.html?language=de
const language = new URLSearchParams(location.search).get("language") ?? "en";
const { documentElement } = document;
documentElement.lang = language;
documentElement.dir = language === "ar" ? "rtl" : "ltr";
if (language !== "en") await import(`/apus/messages/${language}.js`);
await import("/apus/define.js");
for (const name of ["image", "live", "outbox", "quantum"]) await import(`/apus/define/${name}.js`);
const { Cache } = await import("/apus/index.js");

const main = document.querySelector("main");
const show = (tag, properties, attributes = {}) => {
  const element = Object.assign(document.createElement(tag), properties);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.addEventListener("error", (event) => event.preventDefault()); // they are meant
  main.append(element);
  return element;
};

show("apus-list", {
  renderItem: () => {
    throw new Error("no");
  },
  items: [1, 2],
});
const offline = async () => {
  throw new Error("no");
};
show("apus-list", { renderItem: () => {}, source: { length: 3, getRange: offline } });
show("apus-lazy", {}, { src: "/tests/messages/missing.js", retries: 0 });
show(
  "apus-image",
  {},
  { src: "/tests/messages/missing.jpg", alt: "", budget: 1, width: 300, height: 100 },
);

show("apus-cache", {}, { name: "panel", persist: "", panel: "", "max-entries": 50 });
const cache = await Cache.open("levels", { maxEntries: 5 });
for (const state of ["connecting", "up", "down", "closed"]) {
  const stats = () => ({
    latency: { p50: 12.5, p99: 80 },
    eventsPerSecond: 1234,
    received: 56789,
    reconnects: 2,
    queued: 3,
    transport: { connecting: undefined, up: "sse", down: "poll", closed: "tab" }[state],
    tabs: 2,
  });
  const members = Array.from({ length: state === "up" ? 15 : 0 }, (_, id) => ({ id: `m${id}` }));
  const presence = {
    on(tell) {
      tell(members);
      return () => {};
    },
  };
  const live = Object.assign(new EventTarget(), {
    status: state,
    stats,
    channel: () => ({ presence }),
  });
  show("apus-live", { live }, { channel: "room" });
}
show("apus-live");

const entry = { method: "POST", url: "https://shop.example/orders", attempts: 0 };
const entries = [
  { ...entry, id: 1, state: "parked", attempts: 3, status: 500 },
  { ...entry, id: 2, state: "sending" },
  { ...entry, id: 3, state: "waiting", attempts: 1 },
  ...Array.from({ length: 60 }, (_, i) => ({ ...entry, id: 10 + i, state: "waiting" })),
];
show("apus-outbox", {
  outbox: Object.assign(new EventTarget(), { entries: async () => entries }),
});
show("apus-outbox", { outbox: Object.assign(new EventTarget(), { entries: async () => [] }) });
show("apus-outbox");

const history = [3, 2, 1.5];
show("apus-quantum", {}, { shots: 100, seed: 1 }).qasm =
  'OPENQASM 2.0; include "qelib1.inc"; qreg q[2]; creg c[2]; h q[0]; cx q[0],q[1]; measure q -> c;';
show("apus-quantum", {
  result: {
    provider: "classical",
    counts: Array.from({ length: 20 }, (_, i) => [i.toString(2).padStart(5, "0"), 40 - i]),
    shots: 610,
    time: 12.5,
    value: 4,
    energy: -4,
    optimum: 4,
    exact: -4,
    bits: [1, 0, 1],
    history,
  },
});
show("apus-quantum", { result: { provider: "Somebody", history, time: 3 } });
show("apus-quantum");

show("apus-sampler");
show("apus-sampler", {}, { dashboard: "" });

/** The texts of all elements: what is read, and what assistive technology gets. */
window.texts = () => {
  const found = [];
  const note = (text, element) => {
    const line = text?.replace(/\s+/g, " ").trim();
    if (line) found.push([line, element.closest("[id]")?.id ?? ""]);
  };
  const walk = (root) => {
    for (const element of root.querySelectorAll(":not(.bit)")) {
      if (/^(style|script)$/.test(element.localName)) continue;
      for (const name of ["aria-label", "title", "alt"]) note(element.getAttribute(name), element);
      const bits = [...element.children].every((child) => child.matches(".bit"));
      if (bits) note(element.textContent, element);
      else
        for (const node of element.childNodes)
          if (node.nodeType === Node.TEXT_NODE) note(node.data, element);
      if (element.shadowRoot) walk(element.shadowRoot);
    }
  };
  walk(main);
  return found;
};
cache.dispose();
window.ready = true;
