export { default as List } from "./List.svelte";
