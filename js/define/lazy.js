import { ApusLazy } from "../elements/lazy/apus-lazy.js";
import { define } from "../elements/base.js";

define("apus-lazy", ApusLazy);
