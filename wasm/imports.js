// For emcc alone: what the modules import from js/core/instantiate.js.
addToLibrary({ apus_grow: () => false });
