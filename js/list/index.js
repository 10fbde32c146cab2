export { VirtualList } from "./virtual-list.js";
