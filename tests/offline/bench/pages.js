// One changed row in 50 pages of a table: how many requests show it.
import { InfiniteQueryObserver, QueryClient } from "@tanstack/query-core";
import { Gateway } from "../../../js/gateway/index.node.js";
import { memoryTable } from "../../../js/gateway/postgres/index.node.js";
import { pages as pagesOf } from "../../../js/sync/index.js";
import { List } from "../../sync/pages/table.js";

const PAGES = 50;
const SIZE = 100;

/** A gateway with a table, and a fetch that counts its pages. */
async function world() {
  const rows = Array.from({ length: PAGES * SIZE }, (_, id) => ({ id, name: `Row ${id}` }));
  const table = memoryTable(rows, { columns: ["id", "name"], write: ["name"] });
  const gateway = await Gateway.open({ tables: { rows: table }, authorize: () => true });
  const counted = { requests: 0 };
  return {
    counted,
    /** @param {URL | string} url @param {RequestInit} [init] */
    fetch(url, init) {
      counted.requests++;
      return gateway.handle(new Request(url, init));
    },
    /** @param {number} id @param {string} name */
    rename: (id, name) =>
      gateway.handle(
        new Request(`${url}/${id}`, { method: "PATCH", body: JSON.stringify({ name }) }),
      ),
    close: () => gateway.close(),
  };
}

const url = "http://x/apus/table/rows";
const changed = 2345;

/** @param {() => boolean} done */
async function until(done) {
  for (let tries = 0; !done(); tries++) {
    if (tries > 1000) throw new Error("the changed row is not shown");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** `<apus-list>`'s data over `pages`. */
async function ours() {
  const { counted, fetch, rename, close } = await world();
  const source = await pagesOf({ url, size: SIZE, ahead: 0, fetch });
  const list = new List(source);
  for (let start = 0; start < PAGES * SIZE; start += SIZE) await list.show(start, start + SIZE);
  await list.show(changed - 10, changed + 10);
  const before = counted.requests;
  await rename(changed, "new");
  source.refresh([`rows:${changed}`]);
  await until(() => list.render()[10]?.name === "new");
  list.dispose();
  source.dispose();
  await close();
  return counted.requests - before;
}

/** TanStack Query: an infinite query refetches the pages that it has. */
async function theirs() {
  const { counted, fetch, rename, close } = await world();
  const client = new QueryClient();
  const observer = new InfiniteQueryObserver(client, {
    queryKey: ["rows"],
    initialPageParam: "",
    queryFn: async ({ pageParam }) => {
      const after = pageParam && `&after=${encodeURIComponent(pageParam)}`;
      return (await fetch(`${url}?size=${SIZE}${after}`)).json();
    },
    getNextPageParam: ({ next }) => next ?? undefined,
  });
  const stop = observer.subscribe(() => {});
  await until(() => observer.getCurrentResult().isSuccess);
  while (observer.getCurrentResult().hasNextPage) await observer.fetchNextPage();
  const before = counted.requests;
  await rename(changed, "new");
  await client.invalidateQueries({ queryKey: ["rows"] });
  const rows = () => observer.getCurrentResult().data?.pages.flatMap((page) => page.rows) ?? [];
  await until(() => rows()[changed]?.name === "new");
  stop();
  client.clear();
  await close();
  return counted.requests - before;
}

/**
 * @param {{ quick: boolean }} _ nothing is shorter: it counts
 * @param {import("../../../tools/bench/report.js").Report} report
 * @returns {Promise<Record<string, number>>}
 */
export async function pages(_, report) {
  const [apus, tanstack] = [await ours(), await theirs()];
  report.table("pages", {
    caption: `Requests that show one changed row of ${PAGES} pages`,
    columns: ["", "requests"],
    rows: [
      ["pages", apus],
      ["TanStack Query, infinite query", tanstack],
    ],
  });
  return {
    requests_for_one_changed_row_in_50_pages: apus,
    tanstack_requests_for_one_changed_row_in_50_pages: tanstack,
  };
}
