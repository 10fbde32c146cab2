// A table in memory that speaks fetchPage, with keyset cursors over [rank, id], and a list of its rows.
import assert from "node:assert/strict";
import { ListData } from "../../../js/list/data.js";
import { pages } from "../../../js/sync/index.js";

const compare = (a, b) => a.rank - b.rank || a.id - b.id;

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
  /** Happens once between the reading of a page and its arrival. */
  late = undefined;
  /** Signs cursors: those of another one are refused. */
  secret = 0;

  constructor(count) {
    for (let id = 0; id < count; id++) this.rows.push({ id, rank: id * 10, text: "" });
  }

  put(row) {
    this.rows = [...this.rows.filter(({ id }) => id !== row.id), row].sort(compare);
  }

  delete(id) {
    this.rows = this.rows.filter((row) => row.id !== id);
  }

  #cursor({ rank, id }) {
    return JSON.stringify([rank, id, this.secret]);
  }

  #place(text) {
    const [rank, id, secret] = JSON.parse(text);
    if (secret !== this.secret) throw Object.assign(new Error("refused"), { code: "BAD_CURSOR" });
    return { rank, id };
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
    const { rows, miss } = this;
    let start = 0;
    if (after !== undefined) {
      const place = this.#place(after);
      start = rows.filter((row) => compare(row, place) <= 0).length;
    }
    if (at !== undefined) start = Math.max(0, Math.min(at + miss, rows.length));
    let end = Math.min(start + size, rows.length);
    if (before !== undefined) {
      const place = this.#place(before);
      end = rows.filter((row) => compare(row, place) < 0).length;
      start = Math.max(0, end - size);
    }
    const some = rows.slice(start, end).map((row) => ({ ...row }));
    const last = some.at(-1);
    const answer = {
      rows: some,
      next: last && (before || end < rows.length) ? this.#cursor(last) : null,
      previous: last && (after || start > 0) ? this.#cursor(some[0]) : null,
      ...(count && { total: rows.length }),
      ...(at !== undefined && (miss ? { at, estimated: true } : { at: start })),
    };
    const { late } = this;
    this.late = undefined;
    late?.();
    return answer;
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
  #asked;

  /** @param {() => number} asked how many requests there were */
  constructor(source, asked = () => 0) {
    this.#asked = asked;
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
    for (let [n, quiet, asked] = [0, 0, -1]; n < 400 && quiet < 4; n++) {
      await tick();
      for (const [i] of rows.entries()) {
        if (this.#data.state(start + i) === "error") this.#data.retry(start + i);
      }
      rows = this.render();
      quiet = rows.every(Boolean) && asked === this.#asked() ? quiet + 1 : 0;
      asked = this.#asked();
    }
    const all = ids(this.ready());
    assert.equal(new Set(all).size, all.length, `twice: ${all}`);
    return rows;
  }

  /** All rows that it holds. */
  ready() {
    const loaded = range(0, this.length).filter((row) => this.#data.state(row) === "ready");
    return loaded.map((row) => this.#data.get(row));
  }

  dispose() {
    this.#window = [0, 0];
    this.#data.setSource(undefined);
  }
}
