import assert from "node:assert/strict";
import { test } from "node:test";
import { imageSources } from "../../js/image/index.js";

const base = "https://example.test/shop/";
const src = "img/cat-{width}.{format}";

test("a template gives each format its files, the narrowest first", () => {
  const sources = imageSources({ src, widths: [640, 320, 640], formats: ["avif", "jpg"], base });
  assert.deepEqual(sources, [
    {
      type: "image/avif",
      srcset: `${base}img/cat-320.avif 320w, ${base}img/cat-640.avif 640w`,
      src: `${base}img/cat-640.avif`,
    },
    {
      type: "image/jpeg",
      srcset: `${base}img/cat-320.jpg 320w, ${base}img/cat-640.jpg 640w`,
      src: `${base}img/cat-640.jpg`,
    },
  ]);
});

test("a plain URL is one source, whatever the formats", () => {
  assert.deepEqual(imageSources({ src: "a b,", formats: ["avif"], base }), [
    { type: "", srcset: `${base}a%20b%2C`, src: `${base}a%20b%2C` },
  ]);
});

test("bad variants are named", () => {
  const wrong = (more) => () => imageSources({ src, widths: [1], formats: ["jpg"], base, ...more });
  assert.throws(wrong({ src: "" }), /src must be a URL/);
  assert.throws(wrong({ widths: [] }), /widths must name/);
  assert.throws(wrong({ formats: [] }), /formats must name/);
  assert.throws(wrong({ widths: [1, Number.NaN] }), RangeError);
  assert.throws(wrong({ widths: [0] }), /widths must be whole numbers/);
  assert.throws(wrong({ formats: ["constructor"] }), /formats must be of avif/);
  assert.throws(wrong({ src: "http://[/{width}.{format}" }), TypeError);
});
