// A table in memory that speaks fetchPage, with keyset cursors over [rank, id], and a list of its rows.
import assert from "node:assert/strict";
import { ListData } from "../../../js/list/data.js";
import { pages } from "../../../js/sync/index.js";

const compare = (a, b) => a.rank - b.rank || a.id - b.id;
const cursor = ({ rank, id }) => JSON.stringify([rank, id]);
const parse = (text) => {
  const [rank, id] = JSON.parse(text);
  return { rank, id };
};

export const ids = (rows) => rows.map((row) => row?.id);
export const range = (start, end) => Array.from({ length: end - start }, (_, i) => start + i);
export const tick = () => new Promise((resolve) => setImmediate(resolve));
export const settle = async () => {
  for (let i = 0; i < 60; i++) await tick();
};

export class Table {
  /** @type {{ id: number, rank: number, text: string }[]} */
  rows = [];
  requests = [];
  /** How far `at` misses. */
  miss = 0;
  /** Requests that fail. */
  down = 0;
  wait = async () => {};

  constructor(count) {
    for (let id = 0; id < count; id++) this.rows.push({ id, rank: id * 10, text: "" });
  }

  put(row) {
    this.rows = [...this.rows.filter(({ id }) => id !== row.id), row].sort(compare);
  }

  delete(id) {
    this.rows = this.rows.filter((row) => row.id !== id);
  }

  /** What was asked since the last call. */
  asked() {
    return this.requests
      .splice(0)
      .map(({ after, before, at }) => (after ? "after" : before ? "before" : (at ?? 0)));
  }

  fetchPage = async ({ size, after, before, at, count, signal }) => {
    this.requests.push({ size, after, before, at, signal });
    await this.wait();
    signal.throwIfAborted();
    if (this.down && this.down--) throw new Error("down");
    const { rows } = this;
    let start = 0;
    if (after !== undefined) start = rows.filter((row) => compare(row, parse(after)) <= 0).length;
    if (at !== undefined) start = Math.max(0, Math.min(at + this.miss, rows.length));
    let end = Math.min(start + size, rows.length);
    if (before !== undefined) {
      end = rows.filter((row) => compare(row, parse(before)) < 0).length;
      start = Math.max(0, end - size);
    }
    const some = rows.slice(start, end).map((row) => ({ ...row }));
    const last = some.at(-1);
    return {
      rows: some,
      next: last && (before || end < rows.length) ? cursor(last) : null,
      previous: last && (after || start > 0) ? cursor(some[0]) : null,
      ...(count && { total: rows.length }),
      ...(at !== undefined && (this.miss ? { at, estimated: true } : { at: start })),
    };
  };
}

export const tags = ({ id }) => [`row:${id}`];

/** A source with small pages. */
export const open = (table, options) =>
  pages({ fetchPage: table.fetchPage, size: 10, ahead: 0, name: "t", tags, ...options });

/** A list's rows, as `<apus-list>` keeps them: the window is what it renders. */
export class List {
  #data;
  #window = [0, 0];

  constructor(source) {
    this.#data = new ListData({ rebind: () => this.render(), spliced: () => this.render() });
    this.#data.setSource(source);
    this.splices = [];
    source.addEventListener("splice", ({ detail: { at, removed, inserted } }) => {
      this.splices.push([at, removed, inserted]);
      if (this.#data.source !== source) return;
      this.#data.splice(at, removed, inserted);
      this.render();
    });
  }

  get length() {
    return this.#data.length;
  }

  render() {
    const [start, end] = this.#window;
    this.#data.window(start, Math.min(end, this.length));
    return range(start, Math.min(end, this.length)).map((row) => this.#data.get(row));
  }

  /** What it shows of [start, end), when nothing more arrives. A failed row is pressed. */
  async show(start, end) {
    this.#window = [start, end];
    let rows = this.render();
    for (let n = 0; n < 400; n++) {
      await tick();
      for (const [i] of rows.entries()) {
        if (this.#data.state(start + i) === "error") this.#data.retry(start + i);
      }
      rows = this.render();
      if (n > 30 && rows.every(Boolean)) break;
    }
    const loaded = range(0, this.length).filter((row) => this.#data.state(row) === "ready");
    const all = ids(loaded.map((row) => this.#data.get(row)));
    assert.equal(new Set(all).size, all.length, `twice: ${all}`);
    return rows;
  }

  dispose() {
    this.#window = [0, 0];
    this.#data.setSource(undefined);
  }
}
