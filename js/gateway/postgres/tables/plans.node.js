/** @typedef {import("./options.node.js").Pool} Pool */

/** Different plans that are told apart. */
const SHAPES = 20;
/** Characters of a plan's name. */
const LONGEST = 200;
/** Ms until the slow statement's connection is free, and ms that an EXPLAIN may take. */
const LATER = 50;
const TIMEOUT = 1000;

/**
 * Plans of slow statements, by EXPLAIN, which runs nothing: one at a time, not before `every` ms have
 * passed, and only on a connection that is idle. A plan is named by its scans and sorts with their
 * indexes and tables; conditions, which hold values, are left out.
 * Source: PostgreSQL manual, "EXPLAIN", FORMAT JSON.
 */
export class Plans {
  /** How often each was seen. @readonly @type {Map<string, number>} */ counts = new Map();
  #pool;
  #every;
  #next = 0;

  /** @param {Pool} pool @param {number} every ms */
  constructor(pool, every) {
    this.#pool = pool;
    this.#every = every;
  }

  /** @param {string} sql that was slow @param {unknown[]} values */
  slow(sql, values) {
    const now = performance.now();
    if (now < this.#next || !/^(SELECT|UPDATE|DELETE)\b/.test(sql)) return;
    this.#next = Number.POSITIVE_INFINITY;
    const explain = async () => {
      try {
        if (this.#pool.idleCount > 0) this.#count(await this.#explain(sql, values));
      } catch {
        // A plan is not worth a failure.
      } finally {
        this.#next = performance.now() + this.#every;
      }
    };
    setTimeout(explain, LATER).unref();
  }

  /** @param {string} sql @param {unknown[]} values */
  async #explain(sql, values) {
    const client = await this.#pool.connect();
    /** @type {Error | undefined} */
    let broken;
    const onError = (/** @type {Error} */ error) => {
      broken = error;
    };
    client.on("error", onError);
    try {
      await client.query(`BEGIN READ ONLY; SET LOCAL statement_timeout = ${TIMEOUT}`);
      const text = `EXPLAIN (FORMAT JSON) ${sql}`;
      const types = { getTypeParser: () => JSON.parse };
      const { rows } = await client.query({ text, values, types });
      return shapeOf(/** @type {any} */ (rows[0])["QUERY PLAN"][0].Plan);
    } finally {
      await client.query("ROLLBACK").catch((/** @type {Error} */ error) => {
        broken ??= error;
      });
      if (!broken) client.off("error", onError); // see work.node.js
      client.release(broken);
    }
  }

  /** @param {string} shape */
  #count(shape) {
    const { counts } = this;
    const name = counts.has(shape) || counts.size < SHAPES ? shape : "other";
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
}

/** @typedef {{ "Node Type": string, "Index Name"?: string, "Relation Name"?: string, Plans?: PlanNode[] }} PlanNode */

/** @param {PlanNode} plan @returns {string} `Sort, Index Scan cities_pkey` */
function shapeOf(plan) {
  /** @type {Set<string>} */
  const parts = new Set();
  const visit = (/** @type {PlanNode} */ node) => {
    const type = node["Node Type"];
    const name = node["Index Name"] ?? node["Relation Name"];
    if (/Scan|Sort/.test(type)) parts.add(name ? `${type} ${name}` : type);
    node.Plans?.forEach(visit);
  };
  visit(plan);
  return [...parts].join(", ").slice(0, LONGEST);
}
