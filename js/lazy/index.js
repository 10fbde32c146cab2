export { lazy, retry } from "./lazy.js";
