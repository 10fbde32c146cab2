// Several tabs on one store.

/** A page that has the store open as `store`. */
export async function open(context, name) {
  const page = await context.newPage();
  await page.goto("/tests/pages/blank.html");
  await page.evaluate(async (name) => {
    const { SegmentStore } = await import("/store/segment-store.js");
    globalThis.store = await SegmentStore.open(name);
    globalThis.changes = [];
    globalThis.store.addEventListener("change", ({ detail }) => globalThis.changes.push(detail));
  }, name);
  return page;
}

/** Waits until an expression over `store` and `changes` is true in the page. */
export const until = (page, expression) => page.waitForFunction(expression);
