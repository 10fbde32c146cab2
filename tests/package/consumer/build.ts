// The plug-ins, as the bundlers' own types want them.

import type { RspackPluginInstance } from "@rspack/core";
import { lazyManifest as esbuildManifest } from "apus/lazy/esbuild";
import { lazyManifest as rollupManifest } from "apus/lazy/rollup";
import { LazyManifest as RspackManifest } from "apus/lazy/rspack";
import { lazyManifest } from "apus/lazy/vite";
import { LazyManifest } from "apus/lazy/webpack";
import type { Plugin as EsbuildPlugin } from "esbuild";
import type { Plugin } from "vite";
import type { WebpackPluginInstance } from "webpack";

const vite: Plugin = lazyManifest({ integrity: true });
const rollup: { name: string } = rollupManifest();
const esbuild: EsbuildPlugin = esbuildManifest({ workers: ["src/worker.js"] });
const webpack: WebpackPluginInstance = new LazyManifest({ fileName: "manifest.json" });
const rspack: RspackPluginInstance = new RspackManifest();
// @ts-expect-error a typo
lazyManifest({ fileNmae: "x" });

export { esbuild, rollup, rspack, vite, webpack };
