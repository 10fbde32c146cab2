// The last step of the type declarations: adds the parts that tsc does not emit from JavaScript.
import { appendFile, copyFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { root } from "./run.js";

/**
 * Copies the declarations that are written by hand, and adds them to the elements: their events,
 * and their tag names for `document.querySelector`. Not by an import in JavaScript, because tsc
 * would then emit the classes with the additions merged in, which is not a valid declaration.
 * @param {string} types dist/types, filled by tsc
 */
export async function finishTypes(types) {
  for (const name of await readdir(join(root, "js"), { recursive: true })) {
    if (/\.d\.(svelte\.)?ts$/.test(name)) {
      await mkdir(dirname(join(types, name)), { recursive: true });
      await copyFile(join(root, "js", name), join(types, name));
    } else if (/^define(\/[\w-]+)?\.js$/.test(name)) {
      const elements = name.includes("/") ? "../elements/index.js" : "./elements/index.js";
      await writeFile(join(types, name.replace(/js$/, "d.ts")), `import "${elements}";\n`);
    }
  }
  const events = 'export type * from "./types/events.js";\n';
  await appendFile(join(types, "elements/index.d.ts"), events);
  await standAlone(types);
}

/**
 * Lets declarations be read from anywhere: those that import from dist/ are one folder deeper than
 * their sources, and those with `Symbol.dispose` name its library, which a user's `lib` may lack.
 * @param {string} types
 */
async function standAlone(types) {
  for (const name of await readdir(types, { recursive: true })) {
    if (!/\.d\.(svelte\.)?ts$/.test(name)) continue;
    const text = await readFile(join(types, name), "utf8");
    let mended = text.replace(/"((?:\.\.\/)+)dist\//g, '"$1');
    if (/\[Symbol\.(asyncD|d)ispose\]/.test(mended)) {
      mended = `/// <reference lib="esnext.disposable" />\n${mended}`;
    }
    if (mended !== text) await writeFile(join(types, name), mended);
  }
}
