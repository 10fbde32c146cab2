// The same page seen by web-vitals alone and by the sampler.
import { Sampler } from "/apus/index.js";
import "./alone.js";

/** @param {object} [options] of the sampler */
globalThis.start = async (options) => {
  const sampler = await Sampler.start(options);
  globalThis.sampler = sampler;
  globalThis.both = () => ({
    alone: globalThis.alone,
    ours: Object.fromEntries([...sampler.vitals.values()].map(globalThis.plain)),
  });
};
if (!("late" in document.documentElement.dataset)) await globalThis.start();
