const levels = ["info", "info", "info", "debug", "warn"];
const lines = [
  "GET /atlas/ 200 in 3 ms",
  "cache hit ratio 0.97 over the last minute",
  "segment 0041 compacted: 1.9 MB to 0.8 MB",
  "retry 2 of /atlas/detail.js in 180 ms",
  "window moved: rows 8,200 to 8,231 rendered, none blank, one crossing into WebAssembly, and this line is long enough to wrap",
  "INP 24 ms, good",
];

/**
 * A log that grows twice a second while it is in view.
 * @param {import("../../js/elements/list/apus-list.js").ApusList<{ time: string, level: string, text: string }>} list @param {HTMLButtonElement} pause
 */
export function log(list, pause) {
  let serial = 0;
  let seen = false;
  let paused = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const next = () => {
    serial++;
    return {
      time: new Date().toISOString().slice(11, 23),
      level: levels[serial % levels.length],
      text: lines[(serial * 5) % lines.length],
    };
  };
  list.renderItem = ({ time, level, text }, _, row) => {
    row.className = `line ${level}`;
    row.textContent = `${time} ${level.padEnd(5)} ${text}`;
  };
  list.items = Array.from({ length: 1000 }, next);
  const tell = () => {
    pause.textContent = paused ? "Resume" : "Pause";
    pause.setAttribute("aria-pressed", String(paused));
  };
  tell();
  pause.addEventListener("click", () => {
    paused = !paused;
    tell();
  });
  new IntersectionObserver(([{ isIntersecting }]) => {
    seen = isIntersecting;
  }).observe(list);
  setInterval(() => {
    if (seen && !paused && !document.hidden) list.splice(list.items.length, 0, [next(), next()]);
  }, 500);
}
