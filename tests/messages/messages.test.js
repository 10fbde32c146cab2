// The languages: no text is missing, none has other placeholders, plural forms are the language's.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { en } from "../../js/messages/en.js";
import { register } from "../../js/messages/index.js";

const root = new URL("../../", import.meta.url).pathname;
const languages = readdirSync(`${root}js/messages`)
  .map((file) => file.replace(".js", ""))
  .filter((name) => name !== "index");

const forms = (message) => (typeof message === "string" ? [message] : Object.values(message));
const placeholders = (text) => [...text.matchAll(/\{\w+\}/g)].map(([all]) => all).sort();

for (const language of languages) {
  const messages = (await import(`../../js/messages/${language}.js`))[language];

  test(`${language}: has every text, and no other`, () => {
    assert.deepEqual(Object.keys(messages).sort(), Object.keys(en).sort());
    for (const text of Object.values(messages).flatMap(forms)) assert.ok(text.trim(), "empty");
  });

  test(`${language}: has the placeholders of the original`, () => {
    for (const [english, message] of Object.entries(messages)) {
      for (const text of forms(message)) {
        // "a segment" and "two segments" need no number in some languages.
        const own = placeholders(text);
        const spelled = typeof message === "object" && !own.includes("{n}");
        const wanted = placeholders(english).filter((name) => !(spelled && name === "{n}"));
        assert.deepEqual(own, wanted, `${english}: ${text}`);
      }
    }
  });

  test(`${language}: plural forms are those of the language`, () => {
    const { pluralCategories } = new Intl.PluralRules(language).resolvedOptions();
    for (const [english, message] of Object.entries(messages)) {
      if (typeof message === "string") continue;
      assert.ok("other" in message && english.includes("{n}"), english);
      for (const category of Object.keys(message))
        assert.ok(pluralCategories.includes(category), `${english}: ${category}`);
    }
  });
}

test("six languages are built in", () => {
  assert.deepEqual(languages.sort(), ["ar", "de", "en", "es", "fr", "ja"]);
});

test("every text in the code of an element is an original", () => {
  const found = new Set();
  for (const name of readdirSync(`${root}js/elements`, { recursive: true })) {
    if (!name.endsWith(".js")) continue;
    const code = readFileSync(`${root}js/elements/${name}`, "utf8");
    const calls = code.matchAll(/\bsay\(\s*(?:(?:this|host),\s*)?(\[[^\]]*\]|"(?:[^"\\]|\\.)*")/g);
    for (const [, argument] of calls)
      found.add([...argument.matchAll(/"((?:[^"\\]|\\.)*)"/g)].at(-1)[1]);
  }
  assert.ok(found.size > 60, `${found.size}`);
  assert.deepEqual(
    [...found].filter((text) => !(text in en)),
    [],
  );
});

test("register refuses what is no language and no text, and changes nothing", () => {
  const before = () => globalThis[Symbol.for("apus")].say("Tag");
  const tag = before();
  assert.throws(() => register("not a language", {}), /language must be a language tag/);
  assert.throws(() => register("de", { Tag: "x", Entries: 3 }), /messages\["Entries"\]/);
  assert.equal(before(), tag);
});
