import { Refusal } from "../../requests.node.js";

/** @typedef {import("./options.node.js").Row} Row */
/** @typedef {import("./options.node.js").Tenant} Tenant */
/** @typedef {import("./spec.node.js").Spec} Spec */

/**
 * Rows of a batch that set the same columns: one statement writes them.
 * @typedef {object} Group
 * @property {string[]} columns that are set
 * @property {Row[]} rows
 * @property {number[]} places of the rows in the batch; empty for inserts, which need none
 */

/**
 * Checks rows and puts those that set the same columns together: a column that a row leaves out keeps
 * its default. O(values); a row with the columns of the one before it is not looked up.
 * @param {Spec} spec
 * @param {{ kind: "insert" | "update", items: unknown[], tenant: Tenant, apart: boolean }} batch `apart`:
 *   rows with one key go into different groups, in their order
 * @returns {{ groups: Group[], refused: (Refusal | undefined)[] }} refusals by place; sparse
 */
export function groupsOf(spec, { kind, items, tenant, apart }) {
  /** @type {Group[]} */
  const groups = [];
  /** @type {(Refusal | undefined)[]} */
  const refused = new Array(items.length);
  /** @type {Map<string, Group>} */
  let byColumns = new Map();
  const keys = new Set();
  /** @type {{ names: string[], group: Group } | undefined} */
  let last;
  for (let i = 0; i < items.length; i++) {
    const item = items[i];
    if (!last || !isLike(/** @type {Row} */ (item), last.names, tenant)) {
      try {
        if (item instanceof Refusal) throw item;
        const columns = columnsOf(spec, kind, /** @type {Row} */ (item), tenant);
        const name = JSON.stringify(columns);
        const group = byColumns.get(name) ?? { columns, rows: [], places: [] };
        if (!byColumns.has(name)) groups.push(group);
        byColumns.set(name, group);
        last = { names: Object.keys(/** @type {Row} */ (item)), group };
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        refused[i] = error;
        continue;
      }
    }
    const row = /** @type {Row} */ (item);
    const id = row[spec.key];
    if (kind === "update" && (id === null || id === undefined)) {
      refused[i] = new Refusal(422, "BAD_ROW", "a change needs a key", {}, { column: spec.key });
      continue;
    }
    if (apart && id !== undefined) {
      const text = String(id);
      if (keys.has(text)) {
        keys.clear();
        byColumns = new Map();
        const group = { columns: last.group.columns, rows: [], places: [] };
        byColumns.set(JSON.stringify(group.columns), group);
        groups.push(group);
        last.group = group;
      }
      keys.add(text);
    }
    last.group.rows.push(row);
    if (kind === "update") last.group.places.push(i);
  }
  return { groups: groups.filter(({ rows }) => rows.length > 0), refused };
}

/** Whether a row has the columns of another, which was checked. @param {Row} row @param {string[]} names @param {Tenant} tenant */
function isLike(row, names, tenant) {
  if (row === null || typeof row !== "object") return false;
  let at = 0;
  for (const name in row) {
    const value = row[name];
    if (name !== names[at++] || value === undefined) return false;
    if (Object.hasOwn(tenant, name) && value !== tenant[name]) return false;
  }
  return at === names.length;
}

/** @param {Spec} spec @param {"insert" | "update"} kind @param {Row} row @param {Tenant} tenant */
function columnsOf(spec, kind, row, tenant) {
  let set = row;
  if (row !== null && typeof row === "object" && !Array.isArray(row)) {
    const own = Object.entries(row).filter(
      ([name, value]) => value !== undefined && (kind === "insert" || name !== spec.key),
    );
    set = Object.fromEntries(own);
  }
  return Object.keys(spec.written(set, tenant, kind === "insert"));
}
