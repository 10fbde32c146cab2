// Svelte's compiler as a plug-in of esbuild, for components and for modules with runes.
import { readFile } from "node:fs/promises";
import { compile, compileModule } from "svelte/compiler";

/** @param {"client" | "server"} [generate] @returns {import("esbuild").Plugin} */
export const svelte = (generate = "client") => ({
  name: "svelte",
  setup({ initialOptions, onLoad }) {
    const dev = generate === "client"; // warns, e.g. of hydration that differs
    initialOptions.conditions = ["svelte", ...(dev ? ["browser", "development"] : [])];
    const warned = (/** @type {{ message: string }[]} */ warnings) =>
      warnings.map(({ message }) => ({ text: message }));
    onLoad({ filter: /\.svelte$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      const { js, warnings } = compile(source, { filename: path, generate, dev });
      return { contents: js.code, loader: "js", warnings: warned(warnings) };
    });
    onLoad({ filter: /\.svelte\.js$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      const { js, warnings } = compileModule(source, { filename: path, generate, dev });
      return { contents: js.code, loader: "js", warnings: warned(warnings) };
    });
  },
});
