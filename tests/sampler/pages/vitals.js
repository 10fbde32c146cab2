// The same page seen by web-vitals alone and by the sampler.
import { Sampler } from "/apus/index.js";
import {
  onCLS,
  onFCP,
  onINP,
  onLCP,
  onTTFB,
} from "/node_modules/web-vitals/dist/web-vitals.attribution.js";

const alone = {};
for (const on of [onCLS, onFCP, onINP, onLCP, onTTFB]) {
  on(
    ({ name, value, rating, navigationType }) => {
      alone[name] = { value, rating, navigationType };
    },
    { reportAllChanges: true },
  );
}

document.getElementById("slow").addEventListener("click", () => {
  const end = performance.now() + 70;
  while (performance.now() < end);
});

const sampler = await Sampler.start();
Object.assign(globalThis, {
  both() {
    const ours = {};
    for (const [name, { value, rating, navigationType }] of sampler.vitals) {
      ours[name] = { value, rating, navigationType };
    }
    return { alone, ours };
  },
});
