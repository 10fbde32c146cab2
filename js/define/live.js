import { define } from "../elements/base.js";
import { ApusLive } from "../elements/live/apus-live.js";

define("apus-live", ApusLive);
