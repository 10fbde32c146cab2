/** The Web Vitals of each page view, as rows of a table. */
import { ratingText, shortUrl, vitalNames, vitalText } from "./format.js";

/** @typedef {import("../../sampler/report.js").VitalReport} VitalReport */
/** @typedef {import("../texts.js").Texts["say"]} Say */

const shown = 20;

const kinds = {
  navigate: "load",
  reload: "reload",
  "back-forward": "back or forward",
  "back-forward-cache": "restored",
  prerender: "prerendered",
  restore: "discarded before",
  "soft-navigation": "soft navigation",
};

/** @param {Say} say */
export const viewHeads = (say) => [say("page view"), say("how"), ...vitalNames];

/**
 * @param {readonly VitalReport[]} vitals of the first registration and others @param {Say} say
 * @returns {string[][]} the latest view first; without a vital an empty cell
 */
export function viewRows(vitals, say) {
  /** @type {Map<number, VitalReport[]>} */
  const views = new Map();
  for (const vital of vitals) {
    if (vital.registration > 0) continue;
    const view = views.get(vital.startTime) ?? [];
    views.set(vital.startTime, view);
    view.push(vital);
  }
  return [...views.values()]
    .slice(-shown)
    .reverse()
    .map((view) => {
      const [{ page, route, navigationType }] = view;
      const cells = vitalNames.map((name) => {
        const vital = view.find((each) => each.name === name);
        if (!vital) return "";
        const text = vitalText(vital.value, name);
        return vital.rating === "good" ? text : `${text}, ${say(ratingText(vital.rating))}`;
      });
      return [route ?? shortUrl(page), say(kinds[navigationType]), ...cells];
    });
}
