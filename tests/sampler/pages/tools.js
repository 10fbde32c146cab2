import { Sampler } from "/apus/index.js";

globalThis.startSampler = async (options) => {
  globalThis.sampler = await Sampler.start(options);
};

/** Blocks the main thread for a while, in a frame. */
globalThis.work = (ms) => {
  requestAnimationFrame(() => {
    const end = performance.now() + ms;
    while (performance.now() < end);
    document.body.style.width = "50%";
  });
};
