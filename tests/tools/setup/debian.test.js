// Debian's archive: apt's sources, and packages compared with the recorded hashes.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import {
  findDebianArchive,
  parseLines,
  parseStanzas,
} from "../../../tools/setup/debian/apt-sources.js";
import { parseUris } from "../../../tools/setup/debian/archive.js";
import { comparePins, pinsOf } from "../../../tools/setup/debian/emscripten-pins.js";
import { SUITES } from "../../../tools/setup/emscripten.js";
import { folder } from "./fixture.js";

describe("apt's sources", () => {
  test("deb822: stanzas, lists, comments, continued lines, keys inside", () => {
    const sources = parseStanzas(`# the archive
Types: deb deb-src
URIs: http://mirror.invalid/debian
# a comment within
Suites: bookworm bookworm-updates
Components: main
 contrib
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

enabled: no
types: deb
uris: http://off.invalid/debian
suites: sid
components: main

Types: deb
URIs: http://other.invalid/
Suites: ./
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 abc
`);
    assert.equal(sources.length, 2);
    assert.deepEqual(sources[0].types, ["deb", "deb-src"]);
    assert.deepEqual(sources[0].uris, ["http://mirror.invalid/debian"]);
    assert.deepEqual(sources[0].suites, ["bookworm", "bookworm-updates"]);
    assert.deepEqual(sources[0].components, ["main", "contrib"]);
    assert.match(sources[1].signedBy ?? "", /^\n-----BEGIN.*-----\n\.\nabc$/);
  });

  test("one-line: options, comments, entries that are commented out", () => {
    const sources = parseLines(`# deb http://off.invalid/debian bookworm main
deb [ arch=amd64 signed-by=/a.gpg,/b.gpg trusted=yes ] http://mirror.invalid/debian bookworm main contrib # why
deb-src http://mirror.invalid/debian bookworm main

deb http://plain.invalid/debian trixie main`);
    assert.equal(sources.length, 3);
    assert.equal(sources[0].signedBy, "/a.gpg /b.gpg");
    assert.deepEqual(sources[0].components, ["main", "contrib"]);
    assert.deepEqual(sources[1].types, ["deb-src"]);
    assert.deepEqual(sources[2].uris, ["http://plain.invalid/debian"]);
  });

  test("the archive is Debian's main one, not its security updates or another system's", () => {
    const security = "deb http://s.invalid/debian-security bookworm-security main";
    const other = "deb http://u.invalid/ubuntu noble main";
    const sourceOnly = "deb-src http://x.invalid/debian bookworm main";
    const disc = "deb cdrom:[Debian]/ bookworm main";
    const right = "deb http://d.invalid/debian bookworm main";
    assert.equal(
      findDebianArchive(parseLines([security, other, sourceOnly, disc].join("\n"))),
      undefined,
    );
    const keyring = join(folder, "debian.gpg");
    writeFileSync(keyring, "");
    const found = findDebianArchive(parseLines([security, disc, right].join("\n")), { keyring });
    assert.deepEqual(found, { uri: "http://d.invalid/debian", signedBy: keyring });
  });

  test("no other repository is mistaken for it, and nothing is trusted without Debian's keys", () => {
    const keyring = join(folder, "debian.gpg");
    writeFileSync(keyring, "");
    const find = (/** @type {string[]} */ ...lines) =>
      findDebianArchive(parseLines(lines.join("\n")), { keyring });
    const keyed = "deb [signed-by=/etc/apt/keyrings/other.gpg] http://o.invalid/debian trixie main";
    const trusted = "deb [trusted=yes] http://t.invalid/apt bookworm main";
    const plain = "deb http://d.invalid/debian bookworm main";
    const own = "/usr/share/keyrings/debian-archive-keyring.gpg";
    const signed = `deb [signed-by=${own}] http://m.invalid/mirror bookworm main`;
    assert.equal(find(keyed), undefined);
    assert.equal(find(keyed, trusted, plain)?.uri, "http://d.invalid/debian");
    assert.equal(find(keyed, trusted, plain, signed)?.uri, "http://m.invalid/mirror");
    assert.deepEqual(find(trusted), { uri: "http://t.invalid/apt", signedBy: keyring });
    // Without Debian's keys, only entries that name their own keys can be checked.
    const none = { keyring: join(folder, "none.gpg") };
    assert.equal(findDebianArchive(parseLines(`${trusted}\n${plain}`), none), undefined);
    assert.equal(findDebianArchive(parseLines(signed), none)?.signedBy, own);
  });

  test("packages are compared with the recorded hashes: newer ones are reported, changed ones refused", () => {
    const file = join(folder, "libllvm21_1%3a21.1.8-13_amd64.deb");
    writeFileSync(file, "bytes");
    const hash = "277089d91c0bdf4f2e6862ba7e4a07605119431f5d13f726dd352b06f1b206a9";
    const name = "libllvm21_1:21.1.8-13_amd64.deb";
    assert.equal(comparePins([file], { [name]: hash }), undefined);
    assert.match(comparePins([file], {}) ?? "", /moved on: 1 of 1 .*libllvm21/);
    assert.throws(() => comparePins([file], { [name]: "00" }), /recorded/);
    for (const suite of SUITES) {
      const names = Object.keys(pinsOf(suite));
      assert.ok(names.some((name) => /^emscripten_/.test(name)));
      assert.ok(names.some((name) => /^binaryen_/.test(name)));
    }
  });

  test("packages to download are read from apt's list, encoded versions included", () => {
    const text = `Reading package lists...
'http://a.invalid/libllvm21_21.1.8-13_amd64.deb' libllvm21_1%3a21.1.8-13_amd64.deb 28251876 SHA256:00
'http://a.invalid/e.deb' emscripten_6.0.5+dfsg+~1.41.5-2_all.deb 6186072 MD5Sum:00
`;
    assert.deepEqual(parseUris(text), [
      { name: "libllvm21", version: "1:21.1.8-13", bytes: 28251876 },
      { name: "emscripten", version: "6.0.5+dfsg+~1.41.5-2", bytes: 6186072 },
    ]);
  });
});
