/** `Symbol.dispose`, also where the engine does not have it yet. @type {typeof Symbol.dispose} */
export const dispose = Symbol.dispose ?? Symbol.for("Symbol.dispose");
