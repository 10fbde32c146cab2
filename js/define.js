/** Registers all elements. */
import "./define/cache.js";
import "./define/image.js";
import "./define/lazy.js";
import "./define/list.js";
import "./define/live.js";
import "./define/outbox.js";
import "./define/sampler.js";
