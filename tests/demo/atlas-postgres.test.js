// The table of the demo "Atlas" in a real PostgreSQL.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { openAtlas } from "../../tools/atlas.js";
import { serve } from "../../tools/serve.js";
import { skip, startPostgres } from "../gateway/postgres/server.js";

describe("the Atlas's table in PostgreSQL", { skip }, () => {
  /** @type {Awaited<ReturnType<typeof startPostgres>>} */
  let postgres;
  before(async () => {
    postgres = await startPostgres();
  });
  after(() => postgres?.stop());

  /** @param {(server: { url: string }, table: string) => Promise<void>} work @param {string} [database] */
  async function served(work, database = postgres.url) {
    const atlas = openAtlas({ database });
    const { handle } = atlas;
    const server = await serve({ handle });
    try {
      await work(server, `${server.url}/atlas/gateway/table/cities`);
    } finally {
      await server.close();
      await atlas.close();
    }
  }

  /** @param {string} url */
  const json = async (url) => (await fetch(url)).json();

  it("has all cities and every index, and searches them", () =>
    served(async (server, table) => {
      assert.deepEqual(await json(`${server.url}/atlas/state`), {
        cities: 135_233,
        database: true,
      });
      const first = await json(`${table}?order=population&size=2&count=1`);
      assert.equal(first.total, 135_233);
      assert.deepEqual(
        first.rows.map((/** @type {{ name: string }} */ { name }) => name),
        ["Shanghai", "Istanbul"],
      );
      const next = await json(`${table}?order=population&size=1&after=${first.next}`);
      assert.ok(next.rows[0].population <= first.rows[1].population);
      assert.equal((await json(`${table}?search=evora+portugal`)).rows[0].name, "Évora");
      const where = encodeURIComponent('{"country":"US"}');
      const paris = await json(`${table}?order=population&search=paris&where=${where}`);
      assert.ok(paris.rows.length > 1);
      const indexes = await postgres.sql(
        "SELECT count(*)::int AS count FROM pg_indexes WHERE tablename = 'apus_atlas_cities'",
      );
      assert.equal(indexes[0].count, 5); // key, two orders, filter, search
    }));

  it("keeps a change, once, over a restart of the server; refuses what is no city", async () => {
    let path = "";
    await served(async ({ url }, table) => {
      const [{ id }] = (await json(`${table}?search=evora`)).rows;
      path = `/${id}`;
      /** @param {object} row @param {string} key */
      const change = (row, key) =>
        fetch(table + path, {
          method: "PATCH",
          headers: { origin: url, "idempotency-key": key },
          body: JSON.stringify(row),
        });
      assert.equal((await change({ name: "Ebora" }, "one")).status, 200);
      const again = await change({ name: "Ebora" }, "one");
      assert.equal(again.headers.get("idempotent-replayed"), "true");
      const bad = await change({ population: 60_000_000 }, "two");
      assert.equal(bad.status, 422);
      assert.equal((await bad.json()).column, "population");
    });
    await served(async (_, table) => {
      assert.equal((await json(table + path)).row.name, "Ebora");
      assert.equal((await json(`${table}?search=ebora`)).rows.length, 1);
      assert.equal((await json(`${table}?search=evora+portugal`)).rows.length, 0);
    });
  });

  it("fills a table that an earlier server did not finish", async () => {
    await postgres.sql("DELETE FROM apus_atlas_cities WHERE id >= 130000");
    await served(async (_, table) => {
      assert.equal((await json(`${table}?size=1&count=1`)).total, 135_233);
    });
  });

  it("says that the database cannot be reached, and tries again", () =>
    served(async ({ url }) => {
      for (let time = 0; time < 2; time++) {
        const response = await fetch(`${url}/atlas/state`);
        assert.equal(response.status, 503);
        assert.match((await response.json()).title, /^the cities' table cannot be opened: /);
      }
    }, "postgres://apus@127.0.0.1:9/none"));
});
