// The vitals of a page by web-vitals alone.
import {
  onCLS,
  onFCP,
  onINP,
  onLCP,
  onTTFB,
} from "/node_modules/web-vitals/dist/web-vitals.attribution.js";

globalThis.alone = {};
/** The fields of a vital to compare: all but the entries and the random id. */
globalThis.plain = ({ name, value, rating, navigationType, attribution }) => {
  const told = Object.entries(attribution).filter(([, detail]) => typeof detail !== "object");
  return [name, { value, rating, navigationType, ...Object.fromEntries(told) }];
};
for (const on of [onCLS, onFCP, onINP, onLCP, onTTFB]) {
  on(
    (vital) => {
      const [name, told] = globalThis.plain(vital);
      globalThis.alone[name] = told;
    },
    { reportAllChanges: true },
  );
}

document.getElementById("slow").addEventListener("click", () => {
  const end = performance.now() + 70;
  while (performance.now() < end);
});
