import { ApusLazy } from "../elements/apus-lazy.js";
import { define } from "../elements/base.js";

define("apus-lazy", ApusLazy);
