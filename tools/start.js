// `npm start`: installs missing tools, builds changed parts and serves the demo.
//
// PORT sets the port; without it, 8080 or the next free one is used.
// DATABASE_URL names a PostgreSQL for the Atlas's server mode; without it, memory does.
// `--cluster` runs the demo "Levels" on Redis nodes and Varnish, if they are installed.
// `--once` ends after the first answer, for the tests.
import { serve } from "./serve.js";
import { SetupError } from "./setup/setup-error.js";
import { setup } from "./setup.js";

const { PORT } = process.env;
if (PORT && !(/^\d+$/.test(PORT) && Number(PORT) <= 65_535)) {
  fail(`PORT must be a number from 0 to 65535, got "${PORT}"`);
}

const begin = performance.now();
try {
  console.log("Setting up");
  await setup({ need: ["npm", "emscripten", "sources"] });
  console.log("Building");
  // It imports packages that the set-up may just have installed.
  const { build } = await import("./build.js");
  await build(["wasm", "js", "cities"]);
} catch (error) {
  fail(error instanceof SetupError ? error.message : String(error?.stack ?? error));
}

/** Ends what was started. */
let close = async () => {};
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => close().finally(() => process.exit(0)));
}
// As the build, it uses what the set-up may have installed.
const { openLevels } = await import("./levels.js");
const levels = await openLevels({ cluster: process.argv.includes("--cluster") }).catch((error) =>
  fail(error.stack),
);
const { openLive } = await import("./live.js");
const live = await openLive();
const { openAtlas } = await import("./atlas.js");
const atlas = openAtlas({ database: process.env.DATABASE_URL });
close = async () => {
  await levels.close();
  await live.close();
  await atlas.close();
};
/** @type {NonNullable<Parameters<typeof serve>[0]>["handle"]} */
const handle = async (...request) =>
  (await levels.handle(...request)) ||
  (await live.handle(...request)) ||
  (await atlas.handle(...request));
const { upgrade } = live;
const server = await serve({ port: Number(PORT || 8080), next: !PORT, handle, upgrade }).catch(
  async (error) => {
    await close();
    fail(error.code === "EADDRINUSE" ? `port ${PORT} is taken; choose another PORT` : error.stack);
  },
);
console.log(`Ready after ${((performance.now() - begin) / 1000).toFixed(1)} s\n`);
if (process.argv.includes("--cluster")) {
  const { cluster, missing } = levels.state;
  console.log(
    cluster
      ? "  Levels runs on six Redis nodes and Varnish"
      : `  Levels runs in this process's memory: ${missing}`,
  );
}
console.log(`  Apus is at ${server.url}/   (end with Ctrl+C)\n`);

if (process.argv.includes("--once")) {
  const response = await fetch(server.url);
  await server.close();
  await close();
  process.exitCode = response.ok ? 0 : 1;
}

/** @param {string} message @returns {never} */
function fail(message) {
  console.error(message);
  process.exit(1);
}
