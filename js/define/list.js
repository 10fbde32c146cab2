import { ApusList } from "../elements/apus-list.js";
import { define } from "../elements/base.js";

define("apus-list", ApusList);
