/** The view of each list. @type {WeakMap<HTMLElement, import("./view.js").ListView<any>>} */
export const views = new WeakMap();
