/** Which values of each entry are counted, and the attribution that exemplars keep. */

/** @typedef {import("../series.js").Tags} Tags */
/** @typedef {Record<string, unknown>} Attribution plain data: it is exported and sent */

/**
 * @typedef {(name: string, value: number, tags?: Tags, describe?: () => Attribution, own?: boolean) => void} Count
 */

/** @type {Record<string, (entry: any, count: Count) => void>} */
export const readers = {
  navigation(entry, count) {
    // WebKitGTK reports a time before the start for warm connections; that is not counted.
    if (entry.responseStart > 0) count("navigation.ttfb", entry.responseStart);
    // 0 until it has happened: the entry is delivered early and filled in later.
    if (entry.domContentLoadedEventEnd) {
      count("navigation.dom-content-loaded", entry.domContentLoadedEventEnd);
    }
    if (entry.loadEventEnd) count("navigation.load", entry.loadEventEnd);
  },
  resource(entry, count) {
    count("resource", entry.duration, { type: entry.initiatorType }, () => ({
      url: entry.name,
      bytes: entry.transferSize,
      wait: entry.responseStart && entry.responseStart - entry.startTime,
      status: entry.responseStatus,
    }));
  },
  paint: (entry, count) => count(entry.name, entry.startTime),
  "largest-contentful-paint"(entry, count) {
    count("lcp-candidate", entry.startTime, undefined, () => ({
      element: elementName(entry.element),
      url: entry.url,
    }));
  },
  "layout-shift"(entry, count) {
    count("layout-shift", entry.value, undefined, () => ({
      elements: entry.sources?.map((/** @type {any} */ source) => elementName(source.node)),
      afterInput: entry.hadRecentInput,
    }));
  },
  event(entry, count) {
    count("event", entry.duration, { type: entry.name }, () => ({
      element: elementName(entry.target),
      delay: entry.processingStart - entry.startTime,
      processing: entry.processingEnd - entry.processingStart,
    }));
  },
  "first-input"(entry, count) {
    count("first-input-delay", entry.processingStart - entry.startTime);
  },
  "long-animation-frame"(entry, count) {
    count("long-frame", entry.duration, undefined, () => ({
      blocking: entry.blockingDuration,
      script: longestScript(entry)?.sourceURL,
      function: longestScript(entry)?.sourceFunctionName,
    }));
    count("long-frame.blocking", entry.blockingDuration);
  },
  longtask(entry, count) {
    count("long-task", entry.duration, undefined, () => ({
      container: entry.attribution?.[0]?.containerType,
    }));
  },
  element(entry, count) {
    count("element", entry.renderTime || entry.loadTime, { id: entry.identifier });
  },
  mark: (entry, count) => count("mark", entry.startTime, { name: entry.name }),
  measure: (entry, count) => count(entry.name, entry.duration, undefined, undefined, true),
  "visibility-state": (entry, count) => count("visibility", entry.startTime, { state: entry.name }),
};

/** @param {any} entry a long animation frame */
function longestScript({ scripts = [] }) {
  return scripts.reduce(
    (/** @type {any} */ longest, /** @type {any} */ script) =>
      script.duration > (longest?.duration ?? 0) ? script : longest,
    undefined,
  );
}

/**
 * A short selector, without any text of the page or the visitor's input.
 * @param {Element | null | undefined} element
 */
function elementName(element) {
  if (!element?.localName) return undefined;
  const name = element.localName + (element.id ? `#${element.id}` : "");
  return element.classList?.length
    ? `${name}.${[...element.classList].slice(0, 2).join(".")}`
    : name;
}
