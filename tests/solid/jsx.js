// Solid's compiler as a plug-in of esbuild.
import { readFile } from "node:fs/promises";
import { transformAsync } from "@babel/core";

/** @param {"dom" | "ssr"} generate @returns {import("esbuild").Plugin} */
export const solid = (generate = "dom") => ({
  name: "solid",
  setup({ onLoad }) {
    onLoad({ filter: /\.jsx$/ }, async ({ path }) => {
      const options = { generate, hydratable: true };
      const result = await transformAsync(await readFile(path, "utf8"), {
        filename: path,
        babelrc: false,
        configFile: false,
        presets: [["babel-preset-solid", options]],
      });
      return { contents: result?.code ?? "", loader: "js" };
    });
  },
});
