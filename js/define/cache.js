import { ApusCache } from "../elements/cache/apus-cache.js";
import { define } from "../elements/base.js";

define("apus-cache", ApusCache);
