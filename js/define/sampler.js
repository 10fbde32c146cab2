import { ApusSampler } from "../elements/apus-sampler.js";
import { define } from "../elements/base.js";

define("apus-sampler", ApusSampler);
