import { compact, distance } from "./names.js";

/** @typedef {import("./format.js").City} City */
/** @typedef {import("./neighbours.js").Neighbour} Neighbour */

/**
 * A map around a city: neighbours by distance and bearing (azimuthal
 * equidistant), their area by population, with rings as a scale.
 *
 * @param {City} city in the middle
 * @param {Neighbour[]} neighbours from near to far
 * @param {number} side CSS px, which keeps the size of the names
 * @returns {SVGSVGElement}
 */
export function localMap(city, neighbours, side) {
  const middle = side / 2;
  const farthest = neighbours.at(-1)?.km ?? 100;
  const ring = roundDown(farthest / 2);
  const scale = (middle - 14) / Math.max(farthest, 2 * ring);
  const svg = make("svg", { viewBox: `0 0 ${side} ${side}`, class: "local", role: "img" });
  svg.setAttribute(
    "aria-label",
    `Map of ${neighbours.length} places within ${distance(farthest)} of ${city.name}`,
  );

  for (let km = ring; km * scale < middle; km += ring) {
    svg.append(make("circle", { cx: middle, cy: middle, r: km * scale, class: "ring" }));
    const label = make("text", { x: middle, y: middle + km * scale - 5, class: "scale" });
    label.textContent = distance(km);
    svg.append(label);
  }

  const dots = neighbours.map(({ city, km, bearing }) => {
    const angle = (bearing * Math.PI) / 180;
    const x = middle + Math.sin(angle) * km * scale;
    const y = middle - Math.cos(angle) * km * scale;
    return { city, x, y, r: radius(city) };
  });
  dots.push({ city, x: middle, y: middle, r: Math.max(7, radius(city)) });
  dots.sort((a, b) => b.city.population - a.city.population);
  for (const { city: place, x, y, r } of dots) {
    const dot = make("circle", { cx: x, cy: y, r, class: place === city ? "dot self" : "dot" });
    const title = make("title", {});
    title.textContent = place.population
      ? `${place.name} · ${compact(place.population)}`
      : place.name;
    dot.append(title);
    svg.append(dot);
  }
  svg.append(...labels(city, dots, side));
  return svg;
}

/**
 * Names of the largest places, as many as fit.
 * @param {City} city
 * @param {{ city: City, x: number, y: number, r: number }[]} dots from large to small
 * @param {number} side
 */
function labels(city, dots, side) {
  /** @type {{ left: number, top: number, right: number, bottom: number }[]} */
  const taken = [];
  const made = [];
  const first = dots.filter((dot) => dot.city === city);
  for (const { city: place, x, y, r } of [...first, ...dots.filter((dot) => dot.city !== city)]) {
    if (made.length === 14) break;
    const width = place.name.length * 7.4 + 4;
    const toRight = x + r + 4 + width <= side;
    const left = toRight ? x + r + 4 : x - r - 4 - width;
    const box = { left, right: left + width, top: y - 9, bottom: y + 8 };
    if (left < 0 || box.top < 0 || box.bottom > side) continue;
    const free = taken.every(
      (other) =>
        box.left > other.right ||
        box.right < other.left ||
        box.top > other.bottom ||
        box.bottom < other.top,
    );
    if (!free) continue;
    taken.push(box);
    const text = make("text", {
      x: toRight ? left : left + width,
      y: y + 4,
      class: place === city ? "label self" : "label",
      "text-anchor": toRight ? "start" : "end",
    });
    text.textContent = place.name;
    made.push(text);
  }
  return made;
}

/** @param {City} city */
function radius(city) {
  return Math.min(26, 2.5 + Math.sqrt(city.population) / 180);
}

/** 1, 2 or 5 times a power of ten, at most `value`. @param {number} value */
function roundDown(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  const digit = value / power;
  return power * (digit >= 5 ? 5 : digit >= 2 ? 2 : 1);
}

/**
 * @template {keyof SVGElementTagNameMap} Name
 * @param {Name} name @param {Record<string, string | number>} attributes
 * @returns {SVGElementTagNameMap[Name]}
 */
function make(name, attributes) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) {
    element.setAttribute(key, typeof value === "number" ? value.toFixed(1) : value);
  }
  return element;
}
