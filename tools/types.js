// The last step of the type declarations: adds the parts that tsc does not emit from JavaScript.
import { appendFile, copyFile, mkdir, readdir, writeFile } from "node:fs/promises";
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
    if (name.endsWith(".d.ts")) {
      await mkdir(dirname(join(types, name)), { recursive: true });
      await copyFile(join(root, "js", name), join(types, name));
    } else if (/^define(\/[\w-]+)?\.js$/.test(name)) {
      const elements = name.includes("/") ? "../elements/index.js" : "./elements/index.js";
      await writeFile(join(types, name.replace(/js$/, "d.ts")), `import "${elements}";\n`);
    }
  }
  const events = 'export type * from "./types/events.js";\n';
  await appendFile(join(types, "elements/index.d.ts"), events);
}
