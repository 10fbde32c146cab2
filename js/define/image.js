import { define } from "../elements/base.js";
import { ApusImage } from "../elements/image/apus-image.js";

define("apus-image", ApusImage);
