import { define } from "../elements/base.js";
import { ApusLazy } from "../elements/lazy/apus-lazy.js";

define("apus-lazy", ApusLazy);
