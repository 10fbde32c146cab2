import { define } from "../elements/base.js";
import { ApusQuantum } from "../elements/quantum/apus-quantum.js";

define("apus-quantum", ApusQuantum);
