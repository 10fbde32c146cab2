/**
 * A classic script for the top of a page's head (`dist/boot.js`). It observes from then on, and
 * the first Sampler takes over its entries.
 */
import { boot } from "./observers.js";

boot();
