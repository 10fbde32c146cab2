// What lists do out of the document.

/**
 * @param {import("@playwright/test").Page} page
 * @param {string} url the server's
 * @returns {Promise<number>} calls of `renderItem` of a list out of the document whose data changes
 */
export async function detachedRenderCalls(page, url) {
  await page.goto(`${url}/tests/list/pages/list.html`);
  await page.waitForFunction(() => window.ready);
  return page.evaluate(async () => {
    const frames = async (count) => {
      for (let i = 0; i < count; i++) await new Promise(requestAnimationFrame);
    };
    list.items = makeItems(100_000);
    while (!list.range.end) await frames(1);
    list.remove();
    await frames(3);
    let calls = 0;
    list.renderItem = (item, index, row) => {
      calls++;
      render(item, index, row);
    };
    list.items = makeItems(1_000_000);
    await frames(10);
    list.splice(0, 0, makeItems(10));
    await frames(10);
    list.refresh();
    await frames(10);
    list.scrollToIndex(500_000);
    await frames(30);
    return calls;
  });
}

/**
 * @param {import("@playwright/test").Page} page
 * @param {string} url the server's
 * @param {number} [count]
 * @returns {Promise<number>} lists of `count` that memory still holds after they were removed
 */
export async function removedListsAlive(page, url, count = 80) {
  await page.goto(`${url}/tests/list/pages/list.html`);
  await page.waitForFunction(() => window.ready);
  await page.evaluate(async (count) => {
    window.removed = [];
    for (let i = 0; i < count; i++) {
      const one = document.createElement("apus-list");
      one.renderItem = render;
      one.items = makeItems(1000);
      document.body.append(one);
      while (!one.range.end) await new Promise(requestAnimationFrame);
      one.remove();
      window.removed.push(new WeakRef(one));
    }
    await new Promise(requestAnimationFrame);
  }, count);
  const alive = () => page.evaluate(() => window.removed.filter((ref) => ref.deref()).length);
  let now = count;
  // One collection may leave what only the next one finds.
  for (let i = 0; i < 10 && now > 0; i++) {
    await page.requestGC();
    now = await alive();
  }
  return now;
}
