import type { JSXInternal } from "./preact-jsx.js";

export { JSXInternal as JSX };
