/** The dashboard's panels. Each shows a part of a report. */
import { make } from "../base.js";
import { bytesText, durationText, percentText, shortUrl, valueText } from "./format.js";
import { fillRows, seriesLabel, setText, table } from "./table.js";
import { viewHeads, viewRows } from "./views.js";

/** @typedef {import("../../sampler/report.js").Report} Report */
/** @typedef {{ vitals: { name: string, value: number }[], series: { label: string, p95: number }[] }} Past */

/**
 * @typedef {object} Panel
 * @property {string} title
 * @property {() => Node[]} build its content
 * @property {boolean} [chart] drawn by charts.js instead of `update`
 * @property {(panel: HTMLElement, report: Report, past: Past | undefined) => void} update
 */

/** @param {HTMLElement} panel @param {string} id @param {(string | number)[][]} rows @param {string} empty */
function fill(panel, id, rows, empty) {
  const body = /** @type {HTMLElement} */ (panel.querySelector(`#${id}`));
  fillRows(body, rows.length ? rows : [[empty]]);
  const first = body.querySelector("th");
  if (first) first.colSpan = rows.length ? 1 : 10;
  body.parentElement?.toggleAttribute("data-empty", !rows.length);
}

/** A table over the whole width. @param {Parameters<typeof table>} parts */
function wide(...parts) {
  const node = table(...parts);
  node.classList.add("wide");
  return node;
}

/** Series that the tiles or the tab Health show, and events that come with every click. */
const noise =
  /^(lifecycle|visibility|errors|first-contentful-paint|lcp-candidate|navigation\.ttfb|event (mouse|pointer([eol]|move)))/;

/** @type {Panel} */
const timings = {
  title: "Timings",
  build: () => [
    wide("rows", "All series, the page's own first", [
      "name",
      "count",
      "p50",
      "p75",
      "p95",
      "p99",
      "max",
      "p95 then",
    ]),
    wide("views", "Page views", viewHeads),
    wide("slowest", "The slowest entries", ["series", "value", "at", "details"]),
  ],
  update(panel, { series, vitals }, past) {
    const head = /** @type {HTMLElement} */ (panel.querySelector("#rows")?.previousSibling);
    /** @type {HTMLElement} */ (head.firstChild?.lastChild).hidden = !past;
    const rows = series
      .filter((row) => row.own || !noise.test(seriesLabel(row)))
      .sort((a, b) => Number(b.own) - Number(a.own) || (a.name < b.name ? -1 : 1))
      .map((row) => {
        const label = seriesLabel(row);
        const then = past?.series.find((each) => each.label === label)?.p95;
        const compared =
          then === undefined ? "" : `${valueText(row, then)} (${percentText(row.p95 / then - 1)})`;
        const numbers = [row.p50, row.p75, row.p95, row.p99, row.max];
        const texts = [label, row.count, ...numbers.map((value) => valueText(row, value))];
        return past ? [...texts, compared] : texts;
      });
    fill(panel, "rows", rows, "nothing counted yet");
    fill(panel, "views", viewRows(vitals), "none yet");
    fill(panel, "slowest", slowestOf(series), "none yet");
  },
};

/** @param {Report["series"]} series */
function slowestOf(series) {
  const frames = series.some(({ name }) => name === "long-frame");
  return (
    series
      .flatMap((row) =>
        row.exemplars.flatMap((each) => (each.kept === "slowest" ? [{ row, ...each }] : [])),
      )
      // A long task is part of a long frame, which says more.
      .filter(({ row }) => row.name !== "layout-shift" && !(frames && row.name === "long-task"))
      .sort((a, b) => b.value - a.value)
      .slice(0, 10)
      .map(({ row, value, at, attribution }) => [
        seriesLabel(row),
        valueText(row, value),
        durationText(at),
        Object.entries(attribution)
          .flatMap(([name, known]) => (known ? [`${name} ${detailText(known)}`] : []))
          .join(", "),
      ])
  );
}

/** @type {Panel} */
const charts = {
  title: "Over time",
  chart: true,
  build: () => [setText(make("p", { class: "chart", id: "wait" }), "Loading the charts …")],
  update() {},
};

/** @type {Panel} */
const network = {
  title: "Network",
  build: () => [
    table("types", "Resources by type", ["type", "count", "bytes", "time", "cached"]),
    table("heavy", "Large (over 1 MB) and slow (over 2 s)", ["URL", "bytes", "time"]),
    setText(make("p", { class: "caption", id: "caption" }), "Waterfall of the latest"),
    make(
      "ul",
      { class: "track", id: "waterfall", "aria-labelledby": "caption" },
      make("li", { class: "axis" }, make("div", { class: "lane" }, make("span"), make("span"))),
    ),
  ],
  update(panel, { resources: { byType, large, slow, waterfall } }) {
    const sums = byType.map(({ type, count, bytes, time, cached }) => [
      type,
      count,
      bytesText(bytes),
      durationText(time),
      `${Math.round((100 * cached) / count)}%`,
    ]);
    fill(panel, "types", sums, "no resources yet");
    const heavy = [...new Set([...large, ...slow])];
    fill(
      panel,
      "heavy",
      heavy.map(({ url, bytes, duration }) => [
        shortUrl(url),
        bytesText(bytes),
        durationText(duration),
      ]),
      "none",
    );
    drawWaterfall(
      /** @type {HTMLElement} */ (panel.querySelector("#waterfall")),
      waterfall.slice(-25),
    );
  },
};

/** @param {HTMLElement} list @param {Report["resources"]["waterfall"]} resources */
function drawWaterfall(list, resources) {
  const start = Math.min(...resources.map((each) => each.start));
  const end = Math.max(...resources.map((each) => each.start + each.duration));
  const share = (/** @type {number} */ ms) => `${(100 * ms) / (end - start || 1)}%`;
  const axis = /** @type {HTMLElement} */ (list.firstElementChild);
  axis.hidden = !resources.length;
  [start, end].forEach((ms, at) => {
    const label = axis.querySelectorAll("span")[at];
    if (resources.length) setText(label, durationText(ms));
  });
  resources.forEach((resource, at) => {
    const row = list.children[at + 1] ?? list.appendChild(waterfallRow());
    const [url, lane, ms] = /** @type {HTMLCollectionOf<HTMLElement>} */ (row.children);
    const { style } = /** @type {HTMLElement} */ (lane.firstElementChild);
    /** @type {HTMLElement} */ (url.firstElementChild).textContent = shortUrl(resource.url);
    url.title = resource.url;
    style.insetInlineStart = `min(${share(resource.start - start)}, 100% - 2px)`;
    style.width = share(resource.duration);
    setText(ms, `${durationText(resource.duration)}${resource.cached ? ", cached" : ""}`);
  });
  while (list.children.length > resources.length + 1) list.lastElementChild?.remove();
}

function waterfallRow() {
  return make(
    "li",
    {},
    make("span", { class: "url" }, make("bdi")),
    make("div", { class: "lane" }, make("div", { class: "fill" })),
    make("span", { class: "ms" }),
  );
}

/** @type {Panel} */
const frames = {
  title: "Long frames",
  build: () => [
    table("scripts", "Time in long frames, by script", [
      "script",
      "function",
      "frames",
      "time",
      "forced layout",
    ]),
    table("frames", "The latest", ["at", "frame", "blocking", "script"]),
  ],
  update(panel, { longFrames: { byScript, frames } }) {
    const scripts = byScript
      .slice(0, 20)
      .map(({ script, function: name, count, time, layout }) => [
        shortUrl(script) || "unknown",
        name || "–",
        count,
        durationText(time),
        durationText(layout),
      ]);
    fill(panel, "scripts", scripts, "none, or not supported by this browser");
    const latest = frames
      .slice(-20)
      .reverse()
      .map(({ start, duration, blocking, script }) => [
        durationText(start),
        durationText(duration),
        durationText(blocking),
        shortUrl(script),
      ]);
    fill(panel, "frames", latest, "none");
  },
};

/** @type {Panel} */
const health = {
  title: "Health",
  build: () => [
    table("state", "State", ["measure", "now"]),
    table("errors", "Errors", ["error", "message", "source", "count"]),
    table("life", "Lifecycle", ["at", "state"]),
  ],
  update(panel, { series, errors, errorCount, lifecycle, connection, losses }) {
    const memory = series.find(({ name }) => name === "memory.bytes");
    const state = [
      ["memory", memory ? `${bytesText(memory.p50)}, at most ${bytesText(memory.max)}` : "unknown"],
      ["connection", connection ? `${connection.type}, ${connection.rtt} ms` : "unknown"],
      ["errors", errorCount],
      ["values rejected", losses.rejected],
      ["entries dropped by the browser", losses.dropped],
      ["resource buffer full", losses.full],
    ];
    fill(panel, "state", state, "");
    fill(
      panel,
      "errors",
      errors.map(({ name, message, source, count }) => [name, message, shortUrl(source), count]),
      "none",
    );
    fill(
      panel,
      "life",
      lifecycle.slice(-10).map(({ at, state }) => [durationText(at), state]),
      "visible since it was opened",
    );
  },
};

/** @type {Panel} */
const alerts = {
  title: "Alerts",
  build: () => [
    table("log", "Alerts", ["rule", "state", "value", "at"]),
    table("budgets", "Budgets", ["budget", "limit", "now", "state"]),
  ],
  update(panel, { alerts: { log }, budgets }) {
    fill(
      panel,
      "log",
      [...log]
        .reverse()
        .map(({ rule, state, value, at }) => [rule, state, round(value), durationText(at)]),
      "none",
    );
    fill(
      panel,
      "budgets",
      budgets.map(({ path, limit, value, ok }) => [
        path.replace("budgets.", ""),
        round(limit),
        round(value),
        ok ? "kept" : "exceeded",
      ]),
      "none set",
    );
  },
};

export const panels = Object.assign([timings, charts, network, frames, health, alerts], {
  label: seriesLabel,
});

/** @param {number} value */
function round(value) {
  return Math.abs(value) >= 100 ? value.toFixed(0) : Number(value.toPrecision(3));
}

/** @param {unknown} detail */
function detailText(detail) {
  return typeof detail === "number" ? round(detail) : shortUrl(String(detail));
}
