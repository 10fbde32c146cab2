import { ApusCache } from "../elements/apus-cache.js";
import { define } from "../elements/base.js";

define("apus-cache", ApusCache);
