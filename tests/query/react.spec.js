// React Query with createPersister: what a person sees in the next visit.
import { expect, test } from "./fixture.js";

/** Renders a list of queries and an infinite one; `asked` counts what the server was asked. */
async function render() {
  const page = await import("/store/page.js");
  const { createElement: h, createRoot, useQuery, useInfiniteQuery, QueryClientProvider } = page;
  const { client, persister } = page.open({}, { staleTime: 1e6 });
  const state = { asked: 0, persister, client };
  Object.assign(globalThis, { state });
  const answer = async (/** @type {string} */ text) => {
    state.asked++;
    return text;
  };
  const Item = ({ id }) => {
    const { data } = useQuery({ queryKey: ["item", id], queryFn: () => answer(`item ${id}`) });
    return h("li", {}, data ?? "…");
  };
  const Feed = () => {
    const { data, fetchNextPage } = useInfiniteQuery({
      queryKey: ["feed"],
      queryFn: ({ pageParam }) => answer(`page ${pageParam}`),
      initialPageParam: 0,
      getNextPageParam: (_last, all) => all.length,
    });
    return h("button", { onClick: () => fetchNextPage() }, data?.pages.join() ?? "…");
  };
  const root = document.body.appendChild(document.createElement("main"));
  const items = Array.from({ length: 100 }, (_, id) => h(Item, { id, key: id }));
  createRoot(root).render(h(QueryClientProvider, { client }, h("ul", {}, items), h(Feed)));
}

test("React shows restored queries without asking the server", async ({ page }) => {
  await page.evaluate(render);
  await expect(page.locator("li").last()).toHaveText("item 99");
  await page.locator("button").click();
  await expect(page.locator("button")).toHaveText("page 0,page 1");
  expect(await page.evaluate(() => globalThis.state.asked)).toBe(102);
  await expect.poll(() => page.evaluate(() => globalThis.state.client.isFetching())).toBe(0);
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve))); // queries are written in a turn of their own
  expect(await page.evaluate(() => globalThis.state.persister.flush())).toBe(true);
  await page.reload();
  await page.evaluate(render);
  await expect(page.locator("li").last()).toHaveText("item 99");
  await expect(page.locator("li").first()).toHaveText("item 0");
  await expect(page.locator("button")).toHaveText("page 0,page 1");
  expect(await page.evaluate(() => globalThis.state.asked)).toBe(0);
});
