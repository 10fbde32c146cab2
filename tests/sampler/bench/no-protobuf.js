// Stands in for protobufjs, which sketches-js wants for a serialisation that the benchmark does not use.
export const Reader = class {};
export const Writer = class {};
export const util = { emptyArray: [], emptyObject: {}, Long: undefined };
export const roots = {};
