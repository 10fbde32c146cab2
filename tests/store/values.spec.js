// The values that a segment can hold; values that would come back changed are refused.
import { expect, test } from "./fixture.js";

test("a value that JSON would change is reported with its place and is not stored", async ({
  page,
}) => {
  const result = await page.evaluate(async () => {
    const { SegmentStore } = await import("/store/segment-store.js");
    const store = await SegmentStore.open("values");
    const cycle = { in: {} };
    cycle.in.self = cycle;
    class Point {
      x = 1;
    }
    class Bytes extends Uint8Array {}
    class List extends Array {}
    const kinds = {
      undefined: undefined,
      nan: Number.NaN,
      infinity: Number.POSITIVE_INFINITY,
      "minus infinity": Number.NEGATIVE_INFINITY,
      "minus zero": -0,
      bigint: 1n,
      symbol: Symbol("s"),
      function() {},
      map: new Map([[1, 2]]),
      set: new Set([1]),
      "weak map": new WeakMap(),
      date: new Date(0),
      regexp: /x/,
      error: new Error("x"),
      blob: new Blob(["x"]),
      file: new File(["x"], "x"),
      url: new URL("https://example.org"),
      buffer: new ArrayBuffer(4),
      view: new DataView(new ArrayBuffer(4)),
      floats: new Float64Array(1),
      clamped: new Uint8ClampedArray(1),
      "subclass of bytes": new Bytes(2),
      "subclass of array": List.of(1),
      instance: new Point(),
      boxed: Object(1),
      promise: Promise.resolve(),
      node: document.createElement("p"),
      matrix: new DOMMatrix(),
      cycle,
      hole: Array(3),
      "own toJSON": { toJSON: () => 1 },
    };
    const changing = [];
    for (const [kind, value] of Object.entries(kinds)) {
      changing.push([kind, value, "value"]);
      changing.push([`${kind} in an object`, { fine: 1, deep: [{ "a b": value }] }, "deep"]);
      changing.push([`${kind} in an array`, ["fine", value], "array"]);
    }
    changing.push(["bytes in an object", { bytes: new Uint8Array(2) }]);
    const errors = {};
    store.addEventListener("error", ({ detail }) => {
      const [, key] = /value of "(.*?)" cannot/.exec(detail.message);
      errors[key] = [detail.code, detail.message];
    });
    for (const [key] of changing) store.put(key, "older");
    const first = await store.flush();
    for (const [key, value] of changing) store.put(key, value);
    store.put("good", 1);
    const second = await store.flush();
    await new Promise((resolve) => setTimeout(resolve));
    const keys = changing.map(([key]) => key);
    const here = keys.filter((key) => store.has(key));
    await store.close();
    const again = await SegmentStore.open("values");
    return {
      flushed: [first, second],
      silent: keys.filter((key) => errors[key]?.[0] !== "NOT_ENCODABLE"),
      here,
      left: [...(await again.read([...keys, "good"]))].map(([key, { value }]) => [key, value]),
      date: errors["date in an object"][1],
      nan: errors["nan in an array"][1],
      big: errors["bigint in an object"][1],
      instance: errors.instance[1],
      cycle: errors.cycle[1],
    };
  });
  expect(result).toMatchObject({
    flushed: [true, true],
    silent: [],
    here: [],
    left: [["good", 1]],
  });
  expect(result.date).toContain('value["deep"][0]["a b"] (Date)');
  expect(result.nan).toContain("value[1] (NaN)");
  expect(result.big).toContain('value["deep"][0]["a b"] (BigInt)');
  expect(result.instance).toContain("value (Point)");
  expect(result.cycle).toContain("circular");
});

test("plain data of any kind comes back unchanged", async ({ page }) => {
  const result = await page.evaluate(async () => {
    const { SegmentStore } = await import("/store/segment-store.js");
    const frame = document.body.appendChild(document.createElement("iframe"));
    const deep = (depth) => (depth ? [deep(depth - 1)] : "bottom");
    const values = {
      null: null,
      zero: 0,
      least: 5e-324,
      most: 1.7976931348623157e308,
      true: true,
      text: 'a"b\\\n\0\u2028é名😀',
      "half a pair": ["\ud800", { "\udc00": "\udfff!" }],
      object: { a: { b: [1, [2, { c: null }]] }, "": 0, 7: 7 },
      proto: JSON.parse('{"__proto__": 1, "toJSON": 2, "constructor": 3}'),
      "of another window": frame.contentWindow.JSON.parse('{"a":[1,{"b":2}]}'),
      frozen: Object.freeze([1]),
      proxy: new Proxy({ a: 1 }, {}),
      "no prototype": Object.assign(Object.create(null), { a: 1 }),
      deep: deep(500),
    };
    let store = await SegmentStore.open("plain");
    const errors = [];
    store.addEventListener("error", ({ detail }) => errors.push(detail.message));
    for (const [key, value] of Object.entries(values)) store.put(key, value);
    await store.flush();
    await new Promise((resolve) => setTimeout(resolve));
    await store.close();
    store = await SegmentStore.open("plain");
    const read = await store.read(Object.keys(values));
    const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
    return {
      errors,
      wrong: Object.keys(values).filter((key) => !same(values[key], read.get(key)?.value)),
    };
  });
  expect(result).toEqual({ errors: [], wrong: [] });
});

test("properties of Object.prototype are not part of a value", async ({ page }) => {
  const value = await page.evaluate(async () => {
    const { SegmentStore } = await import("/store/segment-store.js");
    Object.prototype.legacy = () => {};
    const store = await SegmentStore.open("polluted");
    store.put("a", { b: [{}] });
    await store.flush();
    await store.close();
    const { value } = (await (await SegmentStore.open("polluted")).read(["a"])).get("a");
    delete Object.prototype.legacy;
    return value;
  });
  expect(value).toEqual({ b: [{}] });
});

test("keys and tags with half a surrogate pair are kept apart", async ({ page }) => {
  const result = await page.evaluate(async () => {
    const { SegmentStore } = await import("/store/segment-store.js");
    const names = ["\ud800", "\ud801", "\udc00", "\ufffd", "a\ud800\n", "\u{10ffff}", "😀"];
    names.push(`\u{10ffff}${JSON.stringify("\ud800")}`, "\u{10ffff}{");
    let store = await SegmentStore.open("surrogates");
    for (const [i, name] of names.entries()) store.put(name, i, { tags: [name, "all"] });
    await store.flush();
    await store.close();
    const look = async () => {
      const all = new Map();
      for await (const rows of store.readAll()) for (const [key, row] of rows) all.set(key, row);
      const read = await store.read(names);
      return names.map((name) => {
        const [one, other] = [read.get(name), all.get(name)];
        if (store.has(name) !== Boolean(one)) return "has says something else";
        return one && one.value === other.value && one.tags[0] === name && other.tags[0] === name
          ? one.value
          : undefined;
      });
    };
    store = await SegmentStore.open("surrogates");
    const missing = store.has("\udc01");
    const first = await look();
    store.delete("\ud800");
    store.invalidateTags(["\udc00"]);
    await store.flush();
    await store.close();
    store = await SegmentStore.open("surrogates");
    return { missing, first, second: await look() };
  });
  expect(result.missing).toBe(false);
  expect(result.first).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  expect(result.second).toEqual([undefined, 1, undefined, 3, 4, 5, 6, 7, 8]);
});

test("a tag with NUL is refused before anything changes", async ({ page }) => {
  const result = await page.evaluate(async () => {
    const { SegmentStore } = await import("/store/segment-store.js");
    const store = await SegmentStore.open("nul");
    store.put("a", 1, { tags: ["x"] });
    const attempts = [
      () => store.put("a", 2, { tags: ["fine", "x\0y"] }),
      () => store.invalidateTags(["x", "x\0y"]),
    ];
    const errors = attempts.map((attempt) => {
      try {
        return attempt();
      } catch (error) {
        return `${error.name}: ${error.message}`;
      }
    });
    const { value, tags } = (await store.read(["a"])).get("a");
    return { errors, value, tags };
  });
  expect(result.value).toBe(1);
  expect(result.tags).toEqual(["x"]);
  for (const error of result.errors) expect(error).toMatch(/^TypeError: .*NUL.*"x\\u0000y"/);
});
