// Several files describe the elements and must agree: custom-elements.json, the TypeScript
// declarations, the data for editors.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import ts from "typescript";
import { elementsOf, vscodeData, webTypes } from "../../tools/editors.js";

const root = new URL("../..", import.meta.url).pathname;
const read = (path) => readFileSync(root + path, "utf8");
const manifest = JSON.parse(read("dist/custom-elements.json"));
const elements = elementsOf(manifest);
const className = (tag) => tag.replace(/(?:^|-)(\w)/g, (_, letter) => letter.toUpperCase());

/** The member names of the interfaces in a declaration file. */
function interfaces(path) {
  const found = new Map();
  const source = ts.createSourceFile(path, read(path), ts.ScriptTarget.Latest);
  for (const statement of source.statements) {
    if (!ts.isInterfaceDeclaration(statement)) continue;
    const names = statement.members.flatMap(({ name }) => (name ? [name.text] : []));
    found.set(statement.name.text, names.sort());
  }
  return found;
}

const names = (items = []) => items.map(({ name }) => name).sort();

test("custom-elements.json describes every element", () => {
  assert.deepEqual(
    elements.map(({ tagName }) => tagName),
    [
      "apus-cache",
      "apus-image",
      "apus-lazy",
      "apus-list",
      "apus-live",
      "apus-outbox",
      "apus-quantum",
      "apus-sampler",
    ],
  );
});

test("custom-elements.json has nothing but elements and what a page may use of them", () => {
  const text = read("dist/custom-elements.json");
  assert.doesNotMatch(text, /"privacy": "private"|"#|inheritedFrom/);
  for (const { declarations, exports } of manifest.modules) {
    assert.ok(declarations.length && declarations.every(({ tagName }) => tagName));
    assert.deepEqual(names(exports), names(declarations));
  }
  const lazy = elements.find(({ tagName }) => tagName === "apus-lazy");
  assert.ok(names(lazy.members).includes("loader"));
});

test("the event maps have the events of custom-elements.json", () => {
  const maps = interfaces("js/elements/types/event-maps.d.ts");
  for (const { tagName, events } of elements) {
    assert.deepEqual(maps.get(`${className(tagName)}EventMap`), names(events), tagName);
  }
});

test("the props for JSX have every attribute, and nothing but attributes and properties", () => {
  const props = interfaces("js/elements/types/props.d.ts");
  for (const { tagName, attributes, members } of elements) {
    const known = props.get(`${className(tagName)}Props`);
    for (const name of names(attributes)) {
      if (name !== "role") assert.ok(known.includes(name), `<${tagName} ${name}>`); // every element has a role
    }
    const allowed = [...names(attributes), ...names(members)];
    assert.deepEqual(
      known.filter((name) => !allowed.includes(name)),
      [],
      tagName,
    );
  }
});

test("the data for VS Code names every element, attribute and value", () => {
  const data = JSON.parse(read("dist/vscode.html-custom-data.json"));
  assert.deepEqual(data, vscodeData(manifest));
  for (const [index, { tagName, attributes }] of elements.entries()) {
    assert.equal(data.tags[index].name, tagName);
    assert.deepEqual(names(data.tags[index].attributes), names(attributes));
  }
  const list = data.tags.find(({ name }) => name === "apus-list");
  const attribute = (name) => list.attributes.find((it) => it.name === name);
  assert.deepEqual(attribute("axis").values, [{ name: "x" }, { name: "y" }]);
  assert.equal(attribute("masonry").valueSet, "v");
  assert.match(list.description.value, /\*\*Events\*\*\n- `rangechange`/);
});

test("web-types.json names every element with its attributes, events, slots, parts and properties", () => {
  const data = JSON.parse(read("dist/web-types.json"));
  const pack = JSON.parse(read("package.json"));
  assert.deepEqual(data, webTypes(manifest, pack));
  assert.equal(pack["web-types"], "./dist/web-types.json");
  for (const [index, element] of elements.entries()) {
    const said = data.contributions.html.elements[index];
    assert.equal(said.name, element.tagName);
    assert.deepEqual(names(said.attributes), names(element.attributes));
    assert.deepEqual(names(said.js.events), names(element.events));
    assert.deepEqual(names(said.css.parts), names(element.cssParts));
    assert.deepEqual(names(said.css.properties), names(element.cssProperties));
  }
  const list = data.contributions.html.elements.find(({ name }) => name === "apus-list");
  assert.ok(names(list.js.properties).includes("items"));
  assert.ok(names(list.slots).includes("empty"));
});

test("data for editors leaves out empty fields", () => {
  const bare = {
    modules: [{ declarations: [{ tagName: "a-b", description: "x" }, { name: "No" }] }],
  };
  assert.deepEqual(vscodeData(bare).tags, [
    { name: "a-b", description: { kind: "markdown", value: "x" }, attributes: [] },
  ]);
  const [element] = webTypes(bare, { name: "p", version: "1" }).contributions.html.elements;
  assert.deepEqual(element.attributes, []);
});
