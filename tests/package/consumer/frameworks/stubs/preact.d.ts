export import JSX = JSXInternal;

import { JSXInternal } from "./preact-jsx.js";
