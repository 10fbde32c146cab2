// The public surface: every export of the entries is documented and fully typed.
import assert from "node:assert/strict";
import { test } from "node:test";
import { apiPages } from "../../tools/docs/api.js";
import { anchor } from "../../tools/docs/render.js";
import { anys, readSurface } from "../../tools/docs/surface.js";
import { documents } from "./documents.js";

const pages = apiPages();
const { entries } = readSurface();

test("no public signature contains any", () => {
  const found = anys();
  console.log(`public signatures with any: ${found.length}`);
  for (const place of found) console.log(`  ${place}`);
  assert.deepEqual(found, []);
});

for (const { name, slug, exports, own } of entries) {
  const page = pages.get(slug) ?? "";

  test(`${name} exports at run time what its declarations list`, async () => {
    assert.deepEqual(
      Object.keys(await import(name)).sort(),
      exports.map(({ name }) => name),
    );
  });

  test(`the API page of ${name} documents each of its exports`, () => {
    for (const { name } of own) {
      const [, section] =
        new RegExp(`^## ${name}\\n+([\\s\\S]*?)(?=^## |$(?![\\s\\S]))`, "m").exec(page) ?? [];
      assert.match(section ?? "", /^[A-Z`]/, `${name} has no description`);
    }
  });

  test(`the documents name each export of ${name}`, () => {
    const text = documents.map(({ text }) => text).join("\n");
    const missing = own.filter(({ name }) => !new RegExp(`\\b${name}\\b`).test(text));
    assert.deepEqual(
      missing.map(({ name }) => name),
      [],
    );
  });

  test(`the headings of the API page of ${name} are unique, its links lead somewhere`, () => {
    const anchors = (text) => [...text.matchAll(/^##+ (.*)$/gm)].map(([, title]) => anchor(title));
    const ids = anchors(page);
    assert.deepEqual(
      ids.filter((id, at) => ids.indexOf(id) !== at),
      [],
    );
    for (const [, path, hash] of page.matchAll(
      /(?:href="|\]\()(\/docs\/api\/(?:\w+))?#([\w-]+)/g,
    )) {
      const target = path ? (pages.get(path.replace("/docs/api/", "")) ?? "") : page;
      assert.ok(anchors(target).includes(hash), `${path ?? ""}#${hash}`);
    }
  });
}

test("apus exports what the entries of the rooms export, and no element", () => {
  const named = (slug) =>
    entries.find((it) => it.slug === slug)?.exports.map(({ name }) => name) ?? [];
  const rooms = ["cache", "lazy", "list", "sampler"].flatMap(named);
  assert.deepEqual(named("apus"), [...rooms, "ApusError", "init"].sort());
});
