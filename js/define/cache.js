import { define } from "../elements/base.js";
import { ApusCache } from "../elements/cache/apus-cache.js";

define("apus-cache", ApusCache);
