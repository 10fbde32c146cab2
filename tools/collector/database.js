/** Batches in SQLite. The newest batch of a visit replaces the earlier values of each series. */
import { rmSync } from "node:fs";
import sqlite from "node-sqlite3-wasm";
import { include, nothing, quantile } from "./merge.js";

const schema = `
  CREATE TABLE IF NOT EXISTS batches (id TEXT PRIMARY KEY);
  CREATE TABLE IF NOT EXISTS visits (visit TEXT PRIMARY KEY, service TEXT, page TEXT, start REAL, at REAL);
  CREATE TABLE IF NOT EXISTS series (
    visit TEXT, name TEXT, tags TEXT, seq INTEGER, histogram TEXT, PRIMARY KEY (visit, name, tags));
  CREATE TABLE IF NOT EXISTS page_vitals (
    visit TEXT, id TEXT, name TEXT, registration INTEGER, route TEXT, seq INTEGER, value REAL, rating TEXT,
    PRIMARY KEY (visit, id));
  CREATE INDEX IF NOT EXISTS series_by_name ON series (name, tags);
  CREATE INDEX IF NOT EXISTS visits_by_age ON visits (at);
`;

/** Of files from when a visit had one value of each vital. */
const migration = `
  INSERT OR IGNORE INTO page_vitals SELECT visit, name, name, 0, '', seq, value, rating FROM vitals;
  DROP TABLE vitals;
`;

const batchesPerVisit = 20; // ids kept to recognise duplicates, on average

export class Collection {
  #db;
  #maxVisits;
  #maxAge;
  #now;
  duplicates = 0;

  /**
   * @param {string} file or ":memory:"
   * @param {{ maxVisits?: number, maxAge?: number, now?: () => number }} [options] deletes the first
   *   visits beyond `maxVisits` and those without a batch for `maxAge` ms; default: 50,000 visits, 30 days
   */
  constructor(file, { maxVisits = 50_000, maxAge = 30 * 86_400_000, now = Date.now } = {}) {
    this.#maxVisits = maxVisits;
    this.#maxAge = maxAge;
    this.#now = now;
    // The library locks with a folder, which a killed process leaves behind.
    if (file !== ":memory:") rmSync(`${file}.lock`, { recursive: true, force: true });
    this.#db = new sqlite.Database(file);
    this.#db.exec(schema);
    if (this.#db.get("SELECT 1 FROM sqlite_master WHERE name = 'vitals'")) this.#db.exec(migration);
  }

  /** @param {any} batch validated */
  add(batch) {
    const db = this.#db;
    const [id, visit] = [storable(batch.id), storable(batch.visit)];
    if (db.get("SELECT 1 FROM batches WHERE id = ?", [id])) {
      this.duplicates++;
      return;
    }
    db.exec("BEGIN");
    try {
      db.run("INSERT INTO batches VALUES (?)", [id]);
      // `at` is the time of arrival: clocks of senders are wrong.
      db.run(
        `INSERT INTO visits VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (visit) DO UPDATE SET at = excluded.at`,
        [visit, batch.service, batch.page ?? null, batch.start, this.#now()],
      );
      for (const { name, tags, histogram } of batch.series) {
        db.run(
          `INSERT INTO series VALUES (?, ?, ?, ?, ?) ON CONFLICT (visit, name, tags)
           DO UPDATE SET seq = excluded.seq, histogram = excluded.histogram WHERE excluded.seq > seq`,
          [
            visit,
            storable(name),
            JSON.stringify(tags),
            batch.seq,
            JSON.stringify(known(histogram)),
          ],
        );
      }
      for (const { id, name, registration, route, value, rating } of batch.vitals) {
        db.run(
          `INSERT INTO page_vitals VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (visit, id)
           DO UPDATE SET seq = excluded.seq, value = excluded.value, rating = excluded.rating
           WHERE excluded.seq > seq`,
          [
            ...[visit, storable(id ?? name), storable(name), registration ?? 0],
            ...[storable(route ?? ""), batch.seq, value, rating ?? ""],
          ],
        );
      }
      this.#forget();
      db.exec("COMMIT");
    } catch (error) {
      db.exec("ROLLBACK");
      throw error;
    }
  }

  /** Deletes visits that are too old or too many. */
  #forget() {
    const db = this.#db;
    const last = Number(db.get("SELECT max(rowid) AS n FROM visits")?.n ?? 0);
    const gone = "SELECT visit FROM visits WHERE rowid <= ? OR at < ?";
    const bounds = [last - this.#maxVisits, this.#now() - this.#maxAge];
    for (const table of ["series", "page_vitals", "visits"])
      db.run(`DELETE FROM ${table} WHERE visit IN (${gone})`, bounds);
    db.run("DELETE FROM batches WHERE rowid <= (SELECT max(rowid) FROM batches) - ?", [
      batchesPerVisit * this.#maxVisits,
    ]);
  }

  /** Yields one row at a time. @param {string} sql @returns {Generator<any>} */
  *#each(sql) {
    const statement = this.#db.prepare(sql);
    try {
      yield* statement.iterate();
    } finally {
      statement.finalize();
    }
  }

  /** Summarizes all visits, with their histograms merged. */
  summary() {
    const visits = Number(this.#db.get("SELECT count(*) AS n FROM visits")?.n ?? 0);
    /** @type {Map<string, { name: string, tags: object, visits: number, total: import("./merge.js").Total }>} */
    const groups = new Map();
    for (const { name, tags, histogram } of this.#each(
      "SELECT name, tags, histogram FROM series",
    )) {
      const key = `${name}\0${tags}`;
      let group = groups.get(key);
      if (!group) {
        group = { name, tags: JSON.parse(tags), visits: 0, total: nothing() };
        groups.set(key, group);
      }
      group.visits++;
      include(group.total, JSON.parse(histogram));
    }
    const series = [...groups.values()].map(({ name, tags, visits, total }) => {
      const at = (/** @type {number} */ q) => quantile(total, q);
      const { count, min, max, sum } = total;
      return {
        name,
        tags,
        visits,
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

  /** Of all page views, by name, route and registration. */
  #vitals() {
    /** @type {Map<string, { name: string, route: string, registration: number, values: number[], good: number }>} */
    const groups = new Map();
    for (const { name, route, registration, value, rating } of this.#each(
      "SELECT name, route, registration, value, rating FROM page_vitals ORDER BY registration, rowid",
    )) {
      const key = JSON.stringify([name, route, registration]);
      const group = groups.get(key) ?? { name, route, registration, values: [], good: 0 };
      groups.set(key, group);
      group.values.push(value);
      if (rating === "good") group.good++;
    }
    return [...groups.values()].map(({ values, good, ...group }) => {
      values.sort((a, b) => a - b);
      const p75 = values[Math.floor(0.75 * (values.length - 1))];
      return { ...group, views: values.length, p75, good: good / values.length };
    });
  }

  close() {
    this.#db.close();
  }
}

/** SQLite's text ends at a NUL, so two names would be one. @param {string} text */
function storable(text) {
  return text.replaceAll("\0", "\u2400");
}

/** A histogram without unused fields. @param {import("./merge.js").Histogram} histogram */
function known({ count, sum, min, max, scale, zeros, positive, negative }) {
  const buckets = ({ offset, counts }) => ({ offset, counts });
  return {
    ...{ count, sum, min, max, scale, zeros },
    ...{ positive: buckets(positive), negative: buckets(negative) },
  };
}
