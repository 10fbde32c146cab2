import { define } from "../elements/base.js";
import { ApusSampler } from "../elements/sampler/apus-sampler.js";

define("apus-sampler", ApusSampler);
