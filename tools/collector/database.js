/** Batches in SQLite. Each visit's newest batch of a series stands for the earlier ones. */
import { rmSync } from "node:fs";
import sqlite from "node-sqlite3-wasm";
import { merge, quantile } from "./merge.js";

const schema = `
  CREATE TABLE IF NOT EXISTS batches (id TEXT PRIMARY KEY);
  CREATE TABLE IF NOT EXISTS visits (visit TEXT PRIMARY KEY, service TEXT, page TEXT, start REAL, at REAL);
  CREATE TABLE IF NOT EXISTS series (
    visit TEXT, name TEXT, tags TEXT, seq INTEGER, histogram TEXT, PRIMARY KEY (visit, name, tags));
  CREATE TABLE IF NOT EXISTS vitals (
    visit TEXT, name TEXT, seq INTEGER, value REAL, rating TEXT, PRIMARY KEY (visit, name));
  CREATE INDEX IF NOT EXISTS series_by_name ON series (name, tags);
`;

export class Collection {
  #db;
  duplicates = 0;

  /** @param {string} file or ":memory:" */
  constructor(file) {
    // The library locks by a folder, which a killed process leaves behind.
    if (file !== ":memory:") rmSync(`${file}.lock`, { recursive: true, force: true });
    this.#db = new sqlite.Database(file);
    this.#db.exec(schema);
  }

  /** @param {any} batch checked already */
  add(batch) {
    const db = this.#db;
    if (db.get("SELECT 1 FROM batches WHERE id = ?", [batch.id])) {
      this.duplicates++;
      return;
    }
    db.exec("BEGIN");
    try {
      db.run("INSERT INTO batches VALUES (?)", [batch.id]);
      db.run(
        `INSERT INTO visits VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (visit) DO UPDATE SET at = max(at, excluded.at)`,
        [batch.visit, batch.service, batch.page ?? null, batch.start, batch.at],
      );
      for (const { name, tags, histogram } of batch.series) {
        db.run(
          `INSERT INTO series VALUES (?, ?, ?, ?, ?) ON CONFLICT (visit, name, tags)
           DO UPDATE SET seq = excluded.seq, histogram = excluded.histogram WHERE excluded.seq > seq`,
          [batch.visit, name, JSON.stringify(tags), batch.seq, JSON.stringify(histogram)],
        );
      }
      for (const { name, value, rating } of batch.vitals) {
        db.run(
          `INSERT INTO vitals VALUES (?, ?, ?, ?, ?) ON CONFLICT (visit, name)
           DO UPDATE SET seq = excluded.seq, value = excluded.value, rating = excluded.rating
           WHERE excluded.seq > seq`,
          [batch.visit, name, batch.seq, value, String(rating ?? "")],
        );
      }
      db.exec("COMMIT");
    } catch (error) {
      db.exec("ROLLBACK");
      throw error;
    }
  }

  /** Everything across visits, sketches merged. */
  summary() {
    const db = this.#db;
    const visits = Number(db.get("SELECT count(*) AS n FROM visits")?.n ?? 0);
    /** @type {Map<string, { name: string, tags: object, histograms: any[] }>} */
    const groups = new Map();
    for (const row of /** @type {any[]} */ (db.all("SELECT name, tags, histogram FROM series"))) {
      const key = `${row.name}\0${row.tags}`;
      const group = groups.get(key) ?? {
        name: row.name,
        tags: JSON.parse(row.tags),
        histograms: [],
      };
      groups.set(key, group);
      group.histograms.push(JSON.parse(row.histogram));
    }
    const series = [...groups.values()].map(({ name, tags, histograms }) => {
      const total = merge(histograms);
      const at = (/** @type {number} */ q) => quantile(total, q);
      const { count, min, max, sum } = total;
      return {
        name,
        tags,
        visits: histograms.length,
        count,
        min,
        max,
        mean: sum / count,
        p50: at(0.5),
        p75: at(0.75),
        p95: at(0.95),
        p99: at(0.99),
      };
    });
    return { visits, duplicates: this.duplicates, vitals: this.#vitals(), series };
  }

  #vitals() {
    /** @type {Map<string, { values: number[], good: number }>} */
    const byName = new Map();
    for (const { name, value, rating } of /** @type {any[]} */ (
      this.#db.all("SELECT name, value, rating FROM vitals")
    )) {
      const vital = byName.get(name) ?? { values: [], good: 0 };
      byName.set(name, vital);
      vital.values.push(value);
      if (rating === "good") vital.good++;
    }
    return [...byName].map(([name, { values, good }]) => {
      values.sort((a, b) => a - b);
      const p75 = values[Math.floor(0.75 * (values.length - 1))];
      return { name, visits: values.length, p75, good: good / values.length };
    });
  }

  close() {
    this.#db.close();
  }
}
