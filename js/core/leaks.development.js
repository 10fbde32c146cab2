const registry = new FinalizationRegistry((what) => {
  console.warn(`apus: a ${what} was garbage collected before dispose(): its WASM memory is lost`);
});

/**
 * Reports on the console when `owner` is collected without `unwatch`.
 * It frees nothing: finalizers may run late or never.
 * @param {object} owner the facade that owns a handle
 * @param {string} what its class's name
 */
export function watchForLeak(owner, what) {
  registry.register(owner, what, owner);
}

/** @param {object} owner */
export function unwatch(owner) {
  registry.unregister(owner);
}
