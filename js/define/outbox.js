import { define } from "../elements/base.js";
import { ApusOutbox } from "../elements/outbox/apus-outbox.js";

define("apus-outbox", ApusOutbox);
