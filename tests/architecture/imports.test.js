// Imports run one way: element -> facade -> core.
import assert from "node:assert/strict";
import { test } from "node:test";
import { cruise } from "dependency-cruiser";

const rooms = "cache|image|list|lazy|quantum|query|sampler";
const wrappers = "^js/(react|vue|svelte|solid|lit)/";

const forbidden = [
  { name: "no cycles", from: {}, to: { circular: true } },
  {
    name: "core imports core, the platform and the built glue only",
    from: { path: "^js/core/" },
    to: { pathNot: ["^js/core/", "^dist/wasm\\.js$", "^node:fs", "^fs"] },
  },
  {
    name: "a facade imports core and its own room; cache and query alone import more",
    from: { path: `^js/(${rooms}|store)/` },
    to: { path: "^js/", pathNot: ["^js/core/", "^js/$1/", "^js/(store|sync)/"] },
  },
  {
    name: "of a page's rooms, only cache/remote and the elements of sync import sync",
    from: {
      path: "^js/",
      pathNot: ["^js/cache/remote/", "^js/elements/(live|outbox)/", "^js/(sync|gateway|worker)/"],
    },
    to: { path: "^js/sync/" },
  },
  {
    name: "only cache, query and the service worker's routes import store",
    from: { path: "^js/", pathNot: ["^js/(cache|query)/", "^js/store/", "^js/worker/"] },
    to: { path: "^js/store/" },
  },
  {
    name: "lazy/net is the lowest wing of lazy",
    from: { path: "^js/lazy/net/" },
    to: { path: "^js/lazy/", pathNot: "^js/lazy/net/" },
  },
  {
    name: "lazy/build imports net alone",
    from: { path: "^js/lazy/build/" },
    to: { path: "^js/lazy/", pathNot: "^js/lazy/(build|net)/" },
  },
  {
    name: "lazy/load imports build and net",
    from: { path: "^js/lazy/load/" },
    to: { path: "^js/lazy/", pathNot: "^js/lazy/(load|build|net)/" },
  },
  {
    name: "lazy/parts imports wings, and no wing imports the facade",
    from: { path: "^js/lazy/parts/" },
    to: { path: "^js/lazy/[^/]+$" },
  },
  {
    name: "an element imports facades and elements",
    from: { path: "^js/elements/" },
    to: { path: "^js/", pathNot: [`^js/(${rooms}|sync)/`, "^js/elements/"] },
  },
  {
    name: "nothing imports an element but define, elements, their fakes and the wrappers of frameworks",
    from: { path: "^js/", pathNot: ["^js/define", "^js/elements/", "^js/testing/", wrappers] },
    to: { path: "^js/(elements|define)" },
  },
  {
    name: "sync imports core, itself and the resilience parts",
    from: { path: "^js/sync/" },
    to: { path: "^js/", pathNot: ["^js/sync/", "^js/core/", "^js/lazy/parts/"] },
  },
  {
    name: "the gateway imports sync, core, and parts of other rooms without a page",
    from: { path: "^js/gateway/" },
    to: {
      path: "^js/",
      pathNot: [
        "^js/(gateway|sync|core)/",
        "^js/cache/(cache|match)\\.js$",
        "^js/lazy/(parts/|net/abort\\.js$)",
      ],
    },
  },
  {
    name: "nothing imports the fakes",
    from: { path: "^js/", pathNot: "^js/testing/" },
    to: { path: "^js/testing/" },
  },
  {
    name: "nothing that a page loads imports the gateway",
    from: { path: "^js/", pathNot: "^js/gateway/" },
    to: { path: "^js/gateway/" },
  },
  {
    name: "nothing that a page loads imports the build plugins for images",
    from: { path: "^js/", pathNot: "^js/image/build/" },
    to: { path: "^js/image/build/" },
  },
  {
    name: "code for the page imports runtime dependencies only",
    from: { path: "^js/", pathNot: ["^js/(gateway|image/build)/", wrappers] },
    to: { dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"] },
  },
  {
    name: "nothing imports a wrapper of a framework",
    from: { path: "^js/", pathNot: wrappers },
    to: { path: wrappers },
  },
  { name: "everything resolves", from: {}, to: { couldNotResolve: true } },
];

async function violations(paths, rules = forbidden) {
  const { output } = await cruise(paths, {
    ruleSet: { forbidden: rules.map((rule) => ({ severity: "error", ...rule })) },
    validate: true,
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "browser", "default"],
    },
  });
  return output.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`);
}

test("every import follows the layers", async () => {
  assert.deepEqual(await violations(["js"]), []);
});

test("the check finds an import against the layers", async () => {
  // js/define imports elements; a rule against that must find it.
  const rule = { name: "probe", from: { path: "^js/define" }, to: { path: "^js/elements" } };
  assert.notEqual((await violations(["js/define.js"], [rule])).length, 0);
});
