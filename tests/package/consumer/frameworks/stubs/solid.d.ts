// As little of Solid's types as JSX needs, in their shape.
export { JSX } from "./solid-jsx.js";
