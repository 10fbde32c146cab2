import { define } from "../elements/base.js";
import { ApusList } from "../elements/list/apus-list.js";

define("apus-list", ApusList);
