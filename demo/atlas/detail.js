/**
 * The details of one city. <apus-lazy> loads this module when the reader opens a
 * city for the first time.
 */
import { localMap } from "./local-map.js";
import { compact, count, countryName, distance, kindName, position } from "./names.js";
import { nearest } from "./neighbours.js";

/** @typedef {import("./format.js").City} City */

const big = 100_000;

/**
 * @param {HTMLElement} place its content is replaced
 * @param {City} city
 * @param {City[]} cities all of them
 * @param {(city: City) => void} open called when the reader chooses another city
 */
export function show(place, city, cities, open) {
  const heading = document.createElement("h3");
  heading.textContent = `Large cities around ${city.name}`;
  place.replaceChildren(
    facts(city, cities),
    localMap(city, nearest(city, cities, 60), Math.max(280, place.clientWidth)),
    heading,
    table(nearest(city, cities, 6, big), open),
  );
}

/** @param {City} city @param {City[]} cities */
function facts(city, cities) {
  let larger = 0;
  let largerHere = 0;
  let here = 0;
  for (const other of cities) {
    const more = other.population > city.population;
    if (more) larger++;
    if (other.country !== city.country) continue;
    here++;
    if (more) largerHere++;
  }
  const list = document.createElement("dl");
  list.className = "facts";
  const add = (/** @type {string} */ name, /** @type {string} */ value, small = "") => {
    const group = document.createElement("div");
    const term = document.createElement("dt");
    const definition = document.createElement("dd");
    term.textContent = name;
    definition.textContent = value;
    if (small) {
      const note = document.createElement("small");
      note.textContent = small;
      definition.append(note);
    }
    group.append(term, definition);
    list.append(group);
  };
  add("Population", city.population ? count(city.population) : "unknown");
  if (city.population) {
    add("In the world", `#${count(larger + 1)}`, `of ${count(cities.length)}`);
    add(`In ${countryName(city.country)}`, `#${count(largerHere + 1)}`, `of ${count(here)}`);
  }
  add("Position", position(city.lat, city.lon));
  if (kindName(city.kind)) add("Role", kindName(city.kind));
  return list;
}

/** @param {import("./neighbours.js").Neighbour[]} neighbours @param {(city: City) => void} open */
function table(neighbours, open) {
  const list = document.createElement("ul");
  list.className = "near";
  for (const { city, km, bearing } of neighbours) {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.addEventListener("click", () => open(city));
    const arrow = span("arrow", "↑");
    arrow.setAttribute("aria-hidden", "true");
    arrow.style.setProperty("rotate", `${Math.round(bearing)}deg`);
    button.append(
      arrow,
      span("name", city.name),
      span("where", `${countryName(city.country)} · ${compact(city.population)}`),
      span("km", `${distance(km)} ${wind(bearing)}`),
    );
    item.append(button);
    list.append(item);
  }
  return list;
}

/** @param {number} bearing @returns {string} N, NE, … */
function wind(bearing) {
  return ["N", "NE", "E", "SE", "S", "SW", "W", "NW"][Math.round(bearing / 45) % 8];
}

/** @param {string} name @param {string} text */
function span(name, text) {
  const element = document.createElement("span");
  element.className = name;
  element.textContent = text;
  return element;
}
