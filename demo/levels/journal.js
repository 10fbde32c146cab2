import { make } from "./format.js";

const MOST = 60;
const clock = new Intl.DateTimeFormat("en", { timeStyle: "medium", hourCycle: "h23" });

/**
 * The events in plain words, the newest first.
 * @param {HTMLElement} list
 * @returns {(text: string, kind?: "good" | "bad") => void}
 */
export function journal(list) {
  return (text, kind) => {
    const now = new Date();
    const time = make("time", { datetime: now.toISOString() }, clock.format(now));
    list.prepend(make("p", kind ? { class: kind } : {}, time, make("span", {}, text)));
    while (list.childElementCount > MOST) list.lastElementChild?.remove();
  };
}
