// The variants of images as the bundler plugins and the command line get them, read back with sharp.
import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { decode, encode } from "blurhash";
import sharp from "sharp";
import { encodeBlurHash } from "../../js/image/build/blur-hash.node.js";
import { writeVariants } from "../../js/image/build/variants.node.js";

const folder = await mkdtemp(join(tmpdir(), "apus-"));
after(() => rm(folder, { recursive: true }));
const out = join(folder, "out");
const cache = join(folder, "cache");
const options = { folder: out, cache, widths: [64, 100, 1000] };

/** A picture with a red left and a blue right half. */
function picture(width, height, more = {}) {
  const red = { width: width >> 1, height, channels: 3, background: "red" };
  const create = { width, height, channels: 3, background: "blue", ...more };
  return sharp({ create }).composite([{ input: { create: red }, left: 0, top: 0 }]);
}

/** @param {string} name @param {Buffer | string} bytes */
async function put(name, bytes) {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

const fresh = async () => {
  await rm(out, { recursive: true, force: true });
  await rm(cache, { recursive: true, force: true });
};

test("each format at each width, never wider than the original, turned as EXIF says", async () => {
  await fresh();
  const turned = await picture(300, 200).jpeg().withMetadata({ orientation: 6 }).toBuffer();
  const image = await writeVariants(await put("A photo (1).JPG", turned), {
    ...options,
    url: "/img",
  });
  assert.match(image.src, /^\/img\/A-photo-1--[\da-f]{16}-\{width\}\.\{format\}$/);
  assert.deepEqual(
    [image.widths, image.formats, image.width, image.height],
    [[64, 100, 200], ["avif", "webp", "jpg"], 200, 300],
  );
  const names = await readdir(out);
  assert.equal(names.length, 9);
  for (const width of image.widths) {
    for (const format of image.formats) {
      const path = image.src.replace("{width}", String(width)).replace("{format}", format);
      const { data, info } = await sharp(join(out, path.slice(5)))
        .raw()
        .toBuffer({ resolveWithObject: true });
      assert.deepEqual([info.width, info.height], [width, width * 1.5], path);
      // The left half of the camera's picture is at the top.
      const pixel = (y) =>
        [...data.subarray(3 * width * y, 3 * width * y + 3)].map((it) => it >> 7);
      assert.deepEqual(
        [pixel(3), pixel(info.height - 3)],
        [
          [1, 0, 0],
          [0, 0, 1],
        ],
        path,
      );
    }
  }
  const { exif, format } = await sharp(
    join(
      out,
      names.find((it) => /jpg$/.test(it)),
    ),
  ).metadata();
  assert.deepEqual([exif, format], [undefined, "jpeg"]);
});

test("a picture of any kind gets a BlurHash that equals the reference's", async () => {
  const kinds = {
    "rgb.png": picture(40, 30).png(),
    "gray.png": picture(40, 30).greyscale().png(),
    "deep.png": picture(40, 30).toColourspace("rgb16").png(),
    "cmyk.jpg": picture(40, 30).toColourspace("cmyk").jpeg(),
    "opaque.png": picture(40, 30).ensureAlpha(1).png(),
  };
  for (const [name, kind] of Object.entries(kinds)) {
    const path = await put(name, await kind.toBuffer());
    const { blurhash } = await writeVariants(path, { ...options, formats: ["webp"] });
    const pixels = await sharp(path)
      .resize(32, 32, { fit: "fill" })
      .toColourspace("srgb")
      .ensureAlpha()
      .raw()
      .toBuffer();
    assert.equal(blurhash, encode(new Uint8ClampedArray(pixels), 32, 32, 4, 3), name);
  }
});

// The package ignores waves below zero when it looks for the strongest, and cuts them off; the
// reference in C does not.
test("a BlurHash equals the package's where that cuts nothing off, and is closer where it does", () => {
  let seed = 3;
  const random = () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed >>> 24;
  };
  const both = (rgba, across, down) => {
    const rgb = rgba.filter((_, index) => index % 4 !== 3);
    return [encodeBlurHash(rgb, 6, 5, across, down), encode(rgba, 6, 5, across, down)];
  };
  let equal = 0;
  for (let round = 0; round < 80; round++) {
    const noise = Uint8ClampedArray.from({ length: 6 * 5 * 4 }, round ? random : () => 200);
    const [ours, packages] = both(noise, 1 + (round % 9), 1 + ((round >> 2) % 9));
    if (ours[1] !== packages[1]) continue;
    assert.equal(ours, packages);
    equal++;
  }
  assert.ok(equal > 30, `${equal}`);
  const step = Uint8ClampedArray.from({ length: 6 * 5 * 4 }, (_, at) => (at % 24 < 12 ? 0 : 255));
  const away = (hash) =>
    decode(hash, 6, 5).reduce((sum, it, at) => sum + (at % 4 < 3 ? Math.abs(it - step[at]) : 0), 0);
  const [ours, packages] = both(step, 4, 3).map(away);
  assert.ok(ours < packages / 1.5, `${ours}, ${packages}`);
});

test("an image with transparency has png instead of jpg, and no placeholder", async () => {
  const clear = await picture(200, 100, { channels: 4, background: "#0000" }).png().toBuffer();
  const image = await writeVariants(await put("clear.png", clear), options);
  assert.deepEqual([image.formats, image.blurhash], [["avif", "webp", "png"], ""]);
  const names = (await readdir(out)).filter((name) => name.startsWith("clear-"));
  for (const name of names) assert.ok((await sharp(join(out, name)).metadata()).hasAlpha, name);
});

test("animations and SVG stay as they are", async () => {
  const frames = sharp(Buffer.alloc(3 * 8 * 16).fill(99, 3 * 64), {
    raw: { width: 8, height: 16, channels: 3, pageHeight: 8 },
  });
  const moving = await frames.gif({ delay: [9, 9] }).toBuffer();
  const drawing =
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 30 20"><path d="M0 0h9"/></svg>';
  for (const [name, bytes, width, height] of [
    ["moving.gif", moving, 8, 8],
    ["drawing.svg", Buffer.from(drawing), 30, 20],
  ]) {
    const image = await writeVariants(await put(name, bytes), options);
    assert.match(image.src, /^\.\/(moving|drawing)-[\da-f]{16}\.(gif|svg)$/);
    const { widths, formats } = image;
    assert.deepEqual([widths, formats, image.width, image.height], [[], [], width, height]);
    assert.deepEqual(await readFile(join(out, image.src)), bytes);
  }
});

test("files are made once for the same bytes and quality", async () => {
  await fresh();
  const path = await put("once.jpg", await picture(100, 80).jpeg().toBuffer());
  const first = await writeVariants(path, options);
  const made = join(
    cache,
    (await readdir(cache)).find((name) => /100\.avif$/.test(name)),
  );
  const { mtimeMs } = await stat(made);
  await rm(out, { recursive: true });
  assert.deepEqual(await writeVariants(path, { ...options, widths: [100] }), {
    ...first,
    widths: [100],
  });
  assert.equal((await stat(made)).mtimeMs, mtimeMs);
  assert.equal((await readdir(out)).length, 3);
  // Other bytes or another quality: other names.
  const rough = await writeVariants(path, { ...options, quality: { jpg: 10 } });
  await put("once.jpg", await picture(100, 81).jpeg().toBuffer());
  const changed = await writeVariants(path, options);
  assert.equal(new Set([first.src, rough.src, changed.src]).size, 3);
  assert.ok(
    (await readdir(cache)).every((name) => /^[\da-f]{16}(-\d+)?\.(json|avif|webp|jpg)$/.test(name)),
  );
});

test("bad input is named", async () => {
  const path = await put("text.jpg", "no picture");
  await assert.rejects(writeVariants(path, options), {
    code: "IMAGE_INVALID",
    message: /text\.jpg/,
  });
  const cut = (await picture(900, 900).png().toBuffer()).subarray(0, 900);
  await assert.rejects(writeVariants(await put("cut.png", cut), options), {
    code: "IMAGE_INVALID",
  });
  await assert.rejects(writeVariants(join(folder, "none.jpg"), options), { code: "ENOENT" });
  const wrong = (more) => writeVariants(path, { ...options, ...more });
  await assert.rejects(wrong({ widths: [] }), /widths must be a list/);
  await assert.rejects(wrong({ widths: [0.5] }), RangeError);
  await assert.rejects(wrong({ formats: ["gif"] }), /formats must be of avif/);
  await assert.rejects(wrong({ quality: { webp: 101 } }), /quality: webp must be between/);
  await assert.rejects(wrong({ folder: undefined }), /folder must be a string/);
  await assert.rejects(wrong({ size: 1 }), /unknown option "size"/);
});

test("without sharp, the error says how to install it", async () => {
  const lonely = join(folder, "lonely/js");
  await mkdir(lonely, { recursive: true });
  for (const part of ["core", "image"]) {
    execFileSync("cp", ["-r", new URL(`../../js/${part}`, import.meta.url).pathname, lonely]);
  }
  await writeFile(join(folder, "lonely/package.json"), '{ "type": "module" }');
  const script = join(lonely, "image/build/bin.node.js");
  const run = promisify(execFile)("node", [script, "a.jpg", "--folder", out]);
  await assert.rejects(run, ({ code, stderr }) => {
    assert.equal(
      stderr,
      "apus-image: images need the package sharp: npm install --save-dev sharp\n",
    );
    return code === 1;
  });
});

test("the command line prints the element of each image", async () => {
  const path = await put("shell.png", await picture(90, 60).png().toBuffer());
  const script = new URL("../../js/image/build/bin.node.js", import.meta.url).pathname;
  const more = ["--folder", out, "--cache", cache, "--widths", "40,80", "--formats", "webp,jpg"];
  const print = (...args) => execFileSync("node", [script, path, ...more, ...args]).toString();
  assert.match(
    print("--url", "/a&b/"),
    /^<apus-image src="\/a&amp;b\/shell-[\da-f]{16}-\{width\}\.\{format\}" widths="40,80" formats="webp,jpg" width="90" height="60" blurhash="[^"]{28}"><\/apus-image>\n$/,
  );
  assert.deepEqual(JSON.parse(print("--json")).widths, [40, 80]);
});
