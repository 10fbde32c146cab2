/** The dashboard's panels. Each shows a part of a report. */
import { make } from "../base.js";
import { bytesText, durationText, percentText, shortUrl, valueText } from "./format.js";
import { fillRows, seriesLabel, setText, table } from "./table.js";
import { viewHeads, viewRows } from "./views.js";
import { drawWaterfall } from "./waterfall.js";

/** @typedef {import("../../sampler/report.js").Report} Report */
/** @typedef {import("../texts.js").Texts["say"]} Say */
/** @typedef {{ vitals: { name: string, value: number }[], series: { label: string, p95: number }[] }} Past */

/**
 * @typedef {object} Panel
 * @property {string} title
 * @property {(say: Say) => Node[]} build its content
 * @property {boolean} [chart] drawn by charts.js instead of `update`
 * @property {(panel: HTMLElement, report: Report, say: Say, past: Past | undefined) => void} update
 */

/** @param {HTMLElement} panel @param {string} id @param {(string | number)[][]} rows @param {string} empty */
function fill(panel, id, rows, empty) {
  const body = /** @type {HTMLElement} */ (panel.querySelector(`#${id}`));
  fillRows(body, rows.length ? rows : [[empty]]);
  const first = body.querySelector("th");
  if (first) first.colSpan = rows.length ? 1 : 10;
  body.parentElement?.toggleAttribute("data-empty", !rows.length);
}

/** A table whose caption and heads are translated. @param {Say} say @param {string} id @param {string} caption @param {string[]} heads */
const said = (say, id, caption, heads) =>
  table(
    id,
    say(caption),
    heads.map((head) => say(head)),
  );

/** A table over the whole width. @param {Parameters<typeof said>} parts */
function wide(...parts) {
  const node = said(...parts);
  node.classList.add("wide");
  return node;
}

/** Series that the tiles or the tab Health show, and events that come with every click. */
const noise =
  /^(lifecycle|visibility|errors|first-contentful-paint|lcp-candidate|navigation\.ttfb|event (mouse|pointer([eol]|move)))/;

/** @type {Panel} */
const timings = {
  title: "Timings",
  build: (say) => [
    wide(say, "rows", "All series, the page's own first", [
      "name",
      "count",
      "p50",
      "p75",
      "p95",
      "p99",
      "max",
      "p95 then",
    ]),
    wide(say, "views", "Page views", viewHeads(say)),
    wide(say, "slowest", "The slowest entries", ["series", "value", "at", "details"]),
  ],
  update(panel, { series, vitals }, say, past) {
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
    fill(panel, "rows", rows, say("nothing counted yet"));
    fill(panel, "views", viewRows(vitals, say), say("none yet"));
    fill(panel, "slowest", slowestOf(series), say("none yet"));
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
  build: (say) => [setText(make("p", { class: "chart", id: "wait" }), say("Loading the charts …"))],
  update() {},
};

/** @type {Panel} */
const network = {
  title: "Network",
  build: (say) => [
    said(say, "types", "Resources by type", ["type", "count", "bytes", "time", "cached"]),
    said(say, "heavy", "Large (over 1 MB) and slow (over 2 s)", ["URL", "bytes", "time"]),
    setText(make("p", { class: "caption", id: "caption" }), say("Waterfall of the latest")),
    make(
      "ul",
      { class: "track", id: "waterfall", "aria-labelledby": "caption" },
      make("li", { class: "axis" }, make("div", { class: "lane" }, make("span"), make("span"))),
    ),
  ],
  update(panel, { resources: { byType, large, slow, waterfall } }, say) {
    const sums = byType.map(({ type, count, bytes, time, cached }) => [
      type,
      count,
      bytesText(bytes),
      durationText(time),
      `${Math.round((100 * cached) / count)}%`,
    ]);
    fill(panel, "types", sums, say("no resources yet"));
    const heavy = [...new Set([...large, ...slow])];
    fill(
      panel,
      "heavy",
      heavy.map(({ url, bytes, duration }) => [
        shortUrl(url),
        bytesText(bytes),
        durationText(duration),
      ]),
      say("none"),
    );
    drawWaterfall(
      /** @type {HTMLElement} */ (panel.querySelector("#waterfall")),
      waterfall.slice(-25),
      say,
    );
  },
};

/** @type {Panel} */
const frames = {
  title: "Long frames",
  build: (say) => [
    said(say, "scripts", "Time in long frames, by script", [
      "script",
      "function",
      "frames",
      "time",
      "forced layout",
    ]),
    said(say, "frames", "The latest", ["at", "frame", "blocking", "script"]),
  ],
  update(panel, { longFrames: { byScript, frames } }, say) {
    const scripts = byScript
      .slice(0, 20)
      .map(({ script, function: name, count, time, layout }) => [
        shortUrl(script) || say("unknown"),
        name || "–",
        count,
        durationText(time),
        durationText(layout),
      ]);
    fill(panel, "scripts", scripts, say("none, or not supported by this browser"));
    const latest = frames
      .slice(-20)
      .reverse()
      .map(({ start, duration, blocking, script }) => [
        durationText(start),
        durationText(duration),
        durationText(blocking),
        shortUrl(script),
      ]);
    fill(panel, "frames", latest, say("none"));
  },
};

/** @type {Panel} */
const health = {
  title: "Health",
  build: (say) => [
    said(say, "state", "State", ["measure", "now"]),
    said(say, "errors", "Errors", ["error", "message", "source", "count"]),
    said(say, "life", "Lifecycle", ["at", "state"]),
  ],
  update(panel, { series, errors, errorCount, lifecycle, connection, losses }, say) {
    const memory = series.find(({ name }) => name === "memory.bytes");
    const state = [
      [
        say("memory"),
        memory
          ? say("{size}, at most {max}", {
              size: bytesText(memory.p50),
              max: bytesText(memory.max),
            })
          : say("unknown"),
      ],
      [say("connection"), connection ? `${connection.type}, ${connection.rtt} ms` : say("unknown")],
      [say("errors"), errorCount],
      [say("values rejected"), losses.rejected],
      [say("entries dropped by the browser"), losses.dropped],
      [say("resource buffer full"), losses.full],
    ];
    fill(panel, "state", state, "");
    fill(
      panel,
      "errors",
      errors.map(({ name, message, source, count }) => [name, message, shortUrl(source), count]),
      say("none"),
    );
    fill(
      panel,
      "life",
      lifecycle.slice(-10).map(({ at, state }) => [durationText(at), state]),
      say("visible since it was opened"),
    );
  },
};

/** @type {Panel} */
const alerts = {
  title: "Alerts",
  build: (say) => [
    said(say, "log", "Alerts", ["rule", "state", "value", "at"]),
    said(say, "budgets", "Budgets", ["budget", "limit", "now", "state"]),
  ],
  update(panel, { alerts: { log }, budgets }, say) {
    fill(
      panel,
      "log",
      [...log]
        .reverse()
        .map(({ rule, state, value, at }) => [rule, state, round(value), durationText(at)]),
      say("none"),
    );
    fill(
      panel,
      "budgets",
      budgets.map(({ path, limit, value, ok }) => [
        path.replace("budgets.", ""),
        round(limit),
        round(value),
        say(ok ? "kept" : "exceeded"),
      ]),
      say("none set"),
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
