const registry = new FinalizationRegistry((what) => {
  console.warn(`apus: a ${what} was garbage collected before dispose(): its WASM memory is lost`);
});

/** The copies of this package that have opened something, on this page. */
const copies = Symbol.for("apus.copies");

/** Two copies share no module: data of the one is unknown to the other, and everything loads twice. */
function meet() {
  const page = /** @type {{ [copies]?: Set<string> }} */ (globalThis);
  page[copies] ??= new Set();
  const { size } = page[copies].add(import.meta.url);
  if (size < 2 || met) return;
  met = true;
  console.warn(
    `apus: this page runs ${size} copies of the package: ${[...page[copies]].join(", ")}`,
  );
}

let met = false;

/**
 * Reports on the console when `owner` is collected without `unwatch`.
 * It frees nothing: finalizers may run late or never.
 * @param {object} owner the facade that owns a handle
 * @param {string} what its class's name
 */
export function watchForLeak(owner, what) {
  meet();
  registry.register(owner, what, owner);
}

/** @param {object} owner */
export function unwatch(owner) {
  registry.unregister(owner);
}
