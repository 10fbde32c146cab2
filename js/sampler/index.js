export { Sampler } from "./sampler.js";
