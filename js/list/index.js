export { ListData } from "./data.js";
export { GESTURE, OUTSIDE, RESTING, VirtualList } from "./virtual-list.js";
