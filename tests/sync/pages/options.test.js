import assert from "node:assert/strict";
import { test } from "node:test";
import { Cache } from "../../../js/cache/index.js";
import { pages } from "../../../js/sync/index.js";

test("bad options are refused by name, and answers that are no page reject", async () => {
  const fetchPage = async () => ({});
  const bad = [
    [{}, /url or fetchPage/],
    [{ url: "http://a.test/t", fetchPage }, /url or fetchPage/],
    [{ url: 5 }, /url must be/],
    [{ url: "/t" }, /url must be an address/],
    [{ fetchPage: 5 }, /fetchPage must be/],
    [{ fetchPage, cache: {} }, /cache must be/],
    [{ fetchPage, cache: await Cache.open("bad") }, /name is needed/],
    [{ fetchPage, where: { a: 1 } }, /where is for url/],
    [{ url: "http://a.test/t", where: [] }, /where must be/],
    [{ fetchPage, sizes: 1 }, /unknown option "sizes"/],
    [{ fetchPage, total: 1 }, /total must be/],
    [null, /options must be/],
  ];
  for (const [options, message] of bad) {
    await assert.rejects(pages(options), (error) => {
      assert.ok(error instanceof TypeError, `${error}`);
      assert.match(error.message, message);
      return true;
    });
  }
  await assert.rejects(pages({ fetchPage, size: 0 }), RangeError);
  await assert.rejects(pages({ fetchPage, ahead: 17 }), RangeError);
  const source = await pages({ fetchPage });
  await assert.rejects(async () => source.getRange(0, 10), /must return/);
});
