export { List } from "./list.js";
