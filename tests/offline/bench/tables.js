// Pages deep in a table of PostgreSQL: by keyset, next to OFFSET.
import pg from "pg";
import { postgresTable } from "../../../js/gateway/postgres/index.node.js";
import { startPostgres } from "../../gateway/postgres/server.js";

const ROWS = 1_000_100;
const AT = 1_000_000;

/**
 * @param {{ quick: boolean }} options @param {import("../../../tools/bench/report.js").Report} report
 * @returns {Promise<Record<string, number>>}
 */
export async function tables({ quick }, report) {
  const server = await startPostgres({ shared_buffers: "256MB" });
  const pool = new pg.Pool({ connectionString: server.url, max: 2 });
  try {
    await pool.query(`CREATE TABLE places (id int PRIMARY KEY, name text, population int);
      INSERT INTO places SELECT i, 'place ' || i, (i * 7919::bigint) % 50000
        FROM generate_series(1, ${ROWS}) AS i;
      CREATE INDEX ON places (population DESC, id)`);
    await pool.query("VACUUM ANALYZE places");
    const order = ["population desc", "id"];
    const table = postgresTable(pool, "places", {
      ...{ columns: ["id", "name", "population"], orders: { population: order } },
      offsetMax: ROWS,
    });
    const { spec } = table;
    const asked = {
      ...{ size: 50, order: spec.order("population"), columns: spec.columns },
      ...{ count: false, where: [], search: "", tenant: {} },
    };
    const { previous } = await table.page({ ...asked, at: AT });
    const after = previous ?? [];
    /** @param {number} times @param {() => Promise<unknown>} page */
    const p99 = async (times, page) => {
      const all = [];
      for (let i = 0; i < times; i++) {
        const begin = performance.now();
        await page();
        all.push(performance.now() - begin);
      }
      return all.sort((a, b) => a - b)[Math.ceil(times * 0.99) - 1];
    };
    const keyset = await p99(quick ? 100 : 500, () => table.page({ ...asked, after }));
    const offset = await p99(quick ? 10 : 50, () => table.page({ ...asked, at: AT }));
    report.table("tables", {
      caption: `A page at row ${AT.toLocaleString("en")} of a table of PostgreSQL, p99 ms`,
      columns: ["", "ms"],
      rows: [
        ["by keyset", keyset],
        ["by OFFSET", offset],
      ],
    });
    return { keyset_page_p99_vs_offset: keyset / offset };
  } finally {
    await pool.end();
    await server.stop();
  }
}
