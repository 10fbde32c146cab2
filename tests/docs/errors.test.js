// errors.md has a paragraph for each code of an error that the package can report, and for no other.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { codes, render } from "../../tools/docs/render.js";
import { documents, root } from "./documents.js";

/** What js/ says in capitals besides codes: methods of HTTP, commands of Redis and SQL, metrics, and words of others. */
const others = new Set(
  `GET HEAD PUT POST PATCH DELETE PURGE BAN ACK
  COUNT DEL EXISTS GETRANGE HDEL HGET HGETALL HSET INCR INFO KEYSLOT MAXLEN PEXPIRE PTTL PUBLISH SET TIME
  WITHSCORES XADD XREVRANGE ZADD ZCARD ZPOPMIN ZRANGE ZRANGEBYSCORE ZREM ZREMRANGEBYRANK LIMIT
  BEGIN COMMIT ROLLBACK COPY EXPLAIN FIRST LAST NULL IDENTIFY_SYSTEM XX000 ISO UTC UTF8
  CLS FCP INP LCP TTFB SIGINT SIGTERM URL YOM KON ENOENT CSS_CHUNK_LOAD_FAILED WS_ERR_UNSUPPORTED_MESSAGE_LENGTH`.split(
    /\s+/,
  ),
);

/** @returns {Map<string, string>} a file by each code */
function inSource() {
  const found = new Map();
  for (const name of readdirSync(`${root}js`, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".js")) continue;
    const text = readFileSync(`${root}js/${name}`, "utf8");
    for (const [, word] of text.matchAll(
      /["'](?=[A-Z_0-9]{3})([A-Z][A-Z0-9]+(?:_[A-Z0-9]+)*)["']/g,
    )) {
      if (!others.has(word)) found.set(word, `js/${name}`);
    }
  }
  return found;
}

test("every code that js/ names has its paragraph in errors.md", () => {
  const source = inSource();
  assert.ok(source.size > 100, `${source.size}`);
  const missing = [...source].filter(([code]) => !codes().has(code));
  assert.deepEqual(missing, [], "a code needs a paragraph, another word a place in `others`");
});

test("every paragraph of errors.md is about a code of js/", () => {
  const source = inSource();
  assert.deepEqual(
    [...codes()].filter((code) => !source.has(code)),
    [],
  );
});

test("every code has a paragraph of its own, and they are unique", () => {
  const { text } = documents.find(({ path }) => path.endsWith("/errors.md")) ?? { text: "" };
  const paragraphs = [...text.matchAll(/^### (\w+)\n\n([^#]*)/gm)];
  assert.equal(paragraphs.length, codes().size);
  for (const [, code, body] of paragraphs) assert.ok(body.trim().length > 40, `${code}: ${body}`);
});

test("a document's code of an error leads to its paragraph, but not within a link", () => {
  assert.match(render("It rejects with `CLOSED`.").body, /<a href="\/docs\/errors#closed"><code>/);
  assert.doesNotMatch(render("[the code `CLOSED`](x.md)").body, /errors#/);
  assert.doesNotMatch(render("`NO_SUCH_CODE`").body, /errors#/);
});
