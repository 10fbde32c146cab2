export { ListData } from "./data.js";
export { Motion, OUTSIDE } from "./motion.js";
export { Rows } from "./rows.js";
export { VirtualList } from "./virtual-list.js";
