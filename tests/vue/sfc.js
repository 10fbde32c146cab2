// Vue's compiler as a plug-in of esbuild: a script with its template inline.
import { readFile } from "node:fs/promises";
import { compileScript, parse } from "vue/compiler-sfc";

/** @param {boolean} [ssr] for a server @returns {import("esbuild").Plugin} */
export const vue = (ssr = false) => ({
  name: "vue",
  setup({ initialOptions, onLoad }) {
    initialOptions.define = {
      __VUE_OPTIONS_API__: "true",
      __VUE_PROD_DEVTOOLS__: "false",
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "true",
    };
    onLoad({ filter: /\.vue$/ }, async ({ path }) => {
      const { descriptor, errors } = parse(await readFile(path, "utf8"), { filename: path });
      if (errors.length) return { errors: errors.map(({ message }) => ({ text: message })) };
      const { content } = compileScript(descriptor, {
        id: path,
        inlineTemplate: true,
        templateOptions: { ssr, ssrCssVars: [] },
      });
      return { contents: content, loader: "js" };
    });
  },
});
