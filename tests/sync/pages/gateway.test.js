// Pages of tables behind a real gateway, in memory and in PostgreSQL.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { memoryTable } from "../../../js/gateway/postgres/tables/memory-table.node.js";
import { LogFollower, pages } from "../../../js/sync/index.js";
import { open } from "../../gateway/open.js";
import { skip } from "../../gateway/postgres/server.js";
import { cityTable, stop } from "../../gateway/tables/database.js";
import { ids, List, range, tick } from "./table.js";

const rows = Array.from({ length: 500 }, (_, i) => ({
  id: i + 1,
  name: `City ${i + 1} of ${i % 2 ? "river" : "hill"}`,
  country: i % 5 ? "PT" : "FR",
  population: (500 - i) * 10,
  secret: "s",
  owner: "ann",
}));
const options = {
  columns: ["id", "name", "country", "population", "secret"],
  filters: ["country"],
  orders: { population: ["population desc", "id"] },
  search: ["name"],
  write: ["id", "name", "country", "population", "secret"],
};
const kinds = {
  "a table in memory": { make: memoryTable, skip: false },
  "a table of PostgreSQL": { make: cityTable, skip },
};
after(stop);

/** @param {any} table @param {object} [more] of the pages */
async function opened(table, more) {
  const { gateway, ask } = await open({ tables: { cities: table }, secret: "x".repeat(32) });
  const requests = [];
  const fetch = (url, init) => gateway.handle(new Request(url, init));
  const source = await pages({
    url: "http://x/apus/table/cities",
    order: "population",
    size: 20,
    ahead: 0,
    fetch: async (url, init) => {
      requests.push(new URL(url).searchParams);
      return fetch(url, init);
    },
    ...more,
  });
  const follower = await LogFollower.open({
    url: "http://x/apus/",
    fetch,
    fastest: 20,
    positions: { protocol: 1, logs: { 64: null } }, // the log of tags
    onChange({ events, lost }) {
      source.refresh(lost ? undefined : events.map(({ name }) => name));
    },
  });
  const change = (method, path, body) =>
    ask(`table/cities${path}`, { method, ...(body && { body: JSON.stringify(body) }) });
  const list = new List(source);
  /** Shows a part of the list until it is as it should be. */
  const until = async (start, end, fits) => {
    await follower.catchUp();
    for (let tries = 0; tries < 100; tries++) {
      const shown = await list.show(start, end);
      if (fits(shown)) return shown;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error(`shows ${ids(await list.show(start, end))}`);
  };
  const close = () => {
    list.dispose();
    source.dispose();
    follower.close();
  };
  return { source, list, until, change, requests, close };
}

for (const [kind, { make, skip }] of Object.entries(kinds)) {
  test(`${kind}: read, jumped into, changed by others`, { skip, timeout: 60_000 }, async () => {
    const { source, list, until, change, requests, close } = await opened(
      await make(rows, options),
      { total: true },
    );
    assert.equal(source.length, 500);
    const shows =
      (...wanted) =>
      (shown) =>
        ids(shown).join() === wanted.flat().join();
    await until(0, 40, shows(range(1, 41)));
    await until(250, 280, shows(range(251, 281)));
    await until(230, 250, shows(range(231, 251)));

    // A column that no order has: one request.
    requests.length = 0;
    assert.equal((await change("PATCH", "/260", { secret: "new" })).status, 200);
    await until(250, 280, (shown) => shown[9]?.secret === "new");
    assert.equal(requests.length, 1);

    // Rows that come, go and move.
    assert.equal((await change("DELETE", "/255")).status, 200);
    await until(250, 280, shows(range(251, 255), range(256, 282)));
    assert.equal(list.length, 499);
    const made = { id: 1000, name: "New", country: "PT", population: 2465 };
    assert.equal((await change("POST", "", made)).status, 201);
    await until(250, 280, shows(range(251, 255), 1000, range(256, 281)));
    assert.equal((await change("PATCH", "/1", { population: 2435 })).status, 200);
    await until(248, 262, shows(range(250, 255), 1000, range(256, 258), 1, range(258, 263)));
    await until(0, 20, shows(range(2, 22)));
    close();
  });

  test(`${kind}: filtered, searched, and a cursor that was tampered with`, {
    skip,
    timeout: 60_000,
  }, async () => {
    const { source, until, close } = await opened(await make(rows, options), {
      where: { country: "FR" },
      search: "river",
      total: true,
    });
    const wanted = rows.filter(({ id }) => id % 5 === 1 && id % 2 === 0).map(({ id }) => id);
    assert.equal(source.length, wanted.length);
    await until(0, 50, (shown) => ids(shown).join() === wanted.join());
    close();

    let spoiled = 0;
    const table = await make(rows, options);
    const { gateway } = await open({ tables: { cities: table } });
    const other = await pages({
      url: "http://x/apus/table/cities",
      size: 20,
      ahead: 0,
      total: true,
      async fetch(url, init) {
        const response = await gateway.handle(new Request(url, init));
        const page = await response.json();
        if (page.next && spoiled++ < 1) page.next = `${page.next}x`;
        return Response.json(page, { status: response.status });
      },
    });
    const list = new List(other);
    let shown = [];
    for (let tries = 0; tries < 50 && shown.length < 60; tries++) {
      shown = (await list.show(0, 60)).filter(Boolean);
      await tick();
    }
    assert.deepEqual(ids(shown), range(1, 61));
    list.dispose();
    other.dispose();
  });
}

test("a table that the gateway does not have is an error of the list, with its code", async () => {
  const { gateway } = await open({ tables: {} });
  const source = await pages({
    url: "http://x/apus/table/towns",
    fetch: async (url, init) => gateway.handle(new Request(url, init)),
  });
  await assert.rejects(async () => source.getRange(0, 100), { code: "UNKNOWN_TABLE" });
});
