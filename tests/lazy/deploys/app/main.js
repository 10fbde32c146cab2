// An application that a bundler splits: its routes share the state of the entry.
import { lazy, lazyDefaults, lazyImport, watchDeploys } from "apus/lazy";
import facts from "./facts.json?url";
import { state } from "./state.js";
import task from "./task.js?worker&url";

globalThis.starts = (globalThis.starts ?? 0) + 1;
state.ran.push("main");
globalThis.ran = state.ran;

const { watch, ...given } = JSON.parse(new URLSearchParams(location.search).get("options") ?? "{}");
lazyDefaults(given);
if (watch) {
  const changes = (check) => {
    globalThis.changed = check;
  };
  watchDeploys({ ...watch, changes }).then((deploys) => {
    globalThis.deploys = deploys;
  });
}

const routes = {
  chart: lazyImport(() => import("./chart.js")),
  map: lazyImport(() => import("./map.js")),
  plain: lazyImport(() => import("./plain.js")),
};

/** Opens a route: how it went, and what the page is made of now. @param {keyof routes} name */
globalThis.openRoute = async (name) => {
  const began = performance.now();
  const result = await routes[name]().then(
    ({ build }) => ({ build }),
    ({ code, message }) => ({ code, message }),
  );
  const ms = performance.now() - began;
  const { outlineStyle, textAlign } = getComputedStyle(document.body);
  return { ...result, ms, starts: globalThis.starts, outlineStyle, textAlign };
};

/** Loads an asset, and starts a worker. */
globalThis.openFiles = async () => {
  const json = await lazy(facts);
  const worker = await lazy(task, { as: "worker" });
  const { data } = await new Promise((resolve) => {
    worker.onmessage = resolve;
  });
  return [json, data];
};
