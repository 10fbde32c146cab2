#!/usr/bin/env node
// apus-image: the variants of images from the command line.
import { parseArgs } from "node:util";
import { CACHE, writeVariants } from "./variants.node.js";

const usage = `apus-image [options] <image>…

Writes the variants of each image into a folder, and prints its <apus-image>, which needs an alt.

  --folder PATH      for the files; required
  --url URL          of the folder, in the page; ./
  --widths 320,640   px; 320,640,1280,1920
  --formats webp,jpg  the preferred one first; avif,webp,jpg
  --cache PATH       for the files of earlier runs; ${CACHE}
  --json             prints what apus/image takes instead, one line an image
`;

try {
  await run();
} catch (error) {
  console.error(`apus-image: ${/** @type {Error} */ (error).message}`);
  process.exitCode = 1;
}

async function run() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      folder: { type: "string" },
      url: { type: "string" },
      widths: { type: "string" },
      formats: { type: "string" },
      cache: { type: "string" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const { help, json, widths, formats, folder = "", ...more } = values;
  if (help || !positionals.length) return void console.log(usage);
  if (!folder) throw new TypeError("--folder is required");
  for (const path of positionals) {
    const image = await writeVariants(path, {
      ...more,
      folder,
      widths: widths?.split(",").map(Number),
      formats: formats?.split(","),
    });
    console.log(json ? JSON.stringify(image) : markup(image));
  }
}

/** @param {import("./variants.node.js").BuiltImage} image */
function markup(image) {
  const attributes = Object.entries(image)
    .filter(([, value]) => String(value))
    .map(
      ([name, value]) =>
        ` ${name}="${String(value).replace(/&/g, "&amp;").replace(/"/g, "&quot;")}"`,
    );
  return `<apus-image${attributes.join("")}></apus-image>`;
}
