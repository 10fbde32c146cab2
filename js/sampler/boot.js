/**
 * Stands first in a page's head, as a classic script (`dist/boot.js`), and
 * observes from then on. The first Sampler takes over what it has seen.
 */
import { boot } from "./observers.js";

boot();
