import { ApusList } from "../elements/list/apus-list.js";
import { define } from "../elements/base.js";

define("apus-list", ApusList);
