// Registers for vitals, with the library or with the sampler, and keeps what was reported.
// `?with=library|sampler`, `registrations`: options as JSON, `late`: not before load() is called,
// `image`: shows an image. Reports survive the page in its localStorage.
const query = new URL(location.href).searchParams;
const registrations = JSON.parse(query.get("registrations") ?? "[{}]").map(
  ({ generateTarget, ...options }) => ({
    ...options,
    ...(generateTarget && { generateTarget: (node) => node?.dataset?.name }),
  }),
);

globalThis.reports = [];
localStorage.removeItem("reports");

const plainEntry = (entry) => ({
  entryType: entry.entryType,
  name: entry.name,
  startTime: entry.startTime,
  requestStart: entry.requestStart,
  responseStart: entry.responseStart,
  domInteractive: entry.domInteractive,
  element: entry.element?.nodeName,
});

function report(registration, metric) {
  const attribution = Object.entries(metric.attribution).map(([key, detail]) => {
    if (Array.isArray(detail)) return [key, detail.length];
    if (detail instanceof PerformanceEntry) return [key, plainEntry(detail)];
    return [key, detail && typeof detail === "object" ? Object.keys(detail).sort() : detail];
  });
  const { name, value, delta, rating, id, navigationType, navigationURL } = metric;
  globalThis.reports.push({
    ...{ registration, name, value, delta, rating, id, navigationType, navigationURL },
    navigationStartTime: metric.navigationStartTime,
    visibility: document.visibilityState,
    entries: metric.entries.map(plainEntry),
    attribution: Object.fromEntries(attribution),
  });
  localStorage.setItem("reports", JSON.stringify(globalThis.reports));
}

const load = {
  async library() {
    const { onCLS, onFCP, onINP, onLCP, onTTFB } = await import(
      "/node_modules/web-vitals/dist/web-vitals.attribution.js"
    );
    for (const [at, options] of registrations.entries())
      for (const on of [onCLS, onFCP, onINP, onLCP, onTTFB])
        on((metric) => report(at, metric), options);
  },
  async sampler() {
    const { Sampler } = await import("/apus/index.js");
    const vitals = registrations.map((options) => ({ reportAllChanges: false, ...options }));
    const starting = Sampler.start({ vitals });
    globalThis.starting = true;
    globalThis.sampler = await starting;
    globalThis.sampler.on("vital", ({ detail }) => report(detail.registration, detail));
  },
};

globalThis.load = async () => {
  await load[query.get("with")]();
  globalThis.starting = true;
  globalThis.ready = true;
};
if (!query.has("late")) globalThis.load();

document.addEventListener("DOMContentLoaded", () => {
  const by = (id) => document.getElementById(id);
  if (query.has("image")) {
    const image = new Image(600, 400);
    image.src = "image.svg";
    image.id = "image";
    image.dataset.name = "main-image";
    by("view").append(image);
  }
  by("slow").addEventListener("click", () => {
    const end = performance.now() + (globalThis.block ?? Number(query.get("block") ?? 70));
    while (performance.now() < end);
  });
  let views = 0;
  by("go").addEventListener("click", () => {
    const view = ++views;
    history.pushState({}, "", `?view=${view}`);
    setTimeout(() => {
      const text = document.createElement("h2");
      text.textContent = `View ${view}: ${"a few words of text ".repeat(20)}`;
      by("view").replaceChildren(text);
    }, 20);
  });
});
