// Only for emcc: the modules' imports, which js/core/instantiate.js provides.
addToLibrary({ apus_grow: () => false });
