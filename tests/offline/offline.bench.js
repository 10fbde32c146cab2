// Offline work and data next to its alternatives: Chromium, gateways and PostgreSQL.
import { batches } from "./bench/batch.js";
import { inserts } from "./bench/insert.js";
import { outbox } from "./bench/outbox.js";
import { pages } from "./bench/pages.js";
import { registry } from "./bench/registry.js";
import { tables } from "./bench/tables.js";
import { worker } from "./bench/worker.js";

/**
 * @param {{ quick: boolean }} options @param {import("../../tools/bench/report.js").Report} report
 * @returns {Promise<Record<string, number>>}
 */
export async function bench({ quick }, report) {
  /** @type {Record<string, number>} */
  const metrics = {};
  for (const part of [batches, pages, registry, worker, tables, inserts, outbox]) {
    for (const [name, value] of Object.entries(await part({ quick }, report))) {
      metrics[name] = Math.round(value * 10_000) / 10_000;
    }
  }
  return metrics;
}
