/** @typedef {import("./format.js").City} City */

/**
 * @typedef {object} Neighbour
 * @property {City} city
 * @property {number} km great-circle distance
 * @property {number} bearing degrees clockwise from north
 */

const earthRadius = 6371.0088; // km, IUGG mean
const radians = Math.PI / 180;

/** @param {City} from @param {City} to @returns {number} km, by the haversine formula */
export function distanceBetween(from, to) {
  const lat = Math.sin(((to.lat - from.lat) * radians) / 2);
  const lon = Math.sin(((to.lon - from.lon) * radians) / 2);
  const h = lat * lat + Math.cos(from.lat * radians) * Math.cos(to.lat * radians) * lon * lon;
  return 2 * earthRadius * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** @param {City} from @param {City} to @returns {number} degrees clockwise from north, at the start */
export function bearingTo(from, to) {
  const turn = (to.lon - from.lon) * radians;
  const [a, b] = [from.lat * radians, to.lat * radians];
  const east = Math.sin(turn) * Math.cos(b);
  const up = Math.cos(a) * Math.sin(b) - Math.sin(a) * Math.cos(b) * Math.cos(turn);
  return (Math.atan2(east, up) / radians + 360) % 360;
}

/**
 * The nearest cities, from near to far. One pass; a few ms for 135,233.
 * @param {City} city not in the result
 * @param {Iterable<City>} cities
 * @param {number} most how many
 * @param {number} [population] only cities with at least this population
 * @returns {Neighbour[]}
 */
export function nearest(city, cities, most, population = 0) {
  /** @type {{ city: City, km: number }[]} */
  const best = [];
  let reach = Number.POSITIVE_INFINITY; // degrees of latitude; farther ones cannot be among the best
  for (const other of cities) {
    if (other.population < population || other === city) continue;
    if (Math.abs(other.lat - city.lat) > reach) continue;
    const km = distanceBetween(city, other);
    if (best.length === most && km >= best[most - 1].km) continue;
    let at = best.length;
    while (at > 0 && best[at - 1].km > km) at--;
    best.splice(at, 0, { city: other, km });
    if (best.length > most) best.pop();
    if (best.length === most) reach = best[most - 1].km / (earthRadius * radians);
  }
  return best.map(({ city: other, km }) => ({ city: other, km, bearing: bearingTo(city, other) }));
}
