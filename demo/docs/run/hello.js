// What the live example of lazy.md loads.
export default "Hello from a module that arrived late";
