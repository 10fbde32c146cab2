/** Names and numbers for people. */

const regions = new Intl.DisplayNames("en", { type: "region", fallback: "code" });

/** @type {Map<string, string>} */
const known = new Map();

/** @param {string} code ISO 3166-1 alpha-2 @returns {string} */
export function countryName(code) {
  let name = known.get(code);
  if (name === undefined) {
    name = regions.of(code) ?? code;
    known.set(code, name);
  }
  return name;
}

/** GeoNames feature codes; all others are ordinary places. @type {Record<string, string>} */
const kinds = {
  PPLC: "Capital",
  PPLCH: "Former capital",
  PPLA: "Regional capital",
  PPLA2: "District seat",
  PPLA3: "Municipal seat",
  PPLA4: "Local seat",
  PPLA5: "Local seat",
  PPLG: "Seat of government",
  PPLX: "Part of a city",
  PPLL: "Locality",
  PPLF: "Farm village",
  PPLR: "Religious place",
  PPLQ: "Abandoned",
  PPLH: "Historical",
  PPLW: "Destroyed",
  STLMT: "Settlement",
};

/** @param {string} code @returns {string} "" for an ordinary place */
export function kindName(code) {
  return kinds[code] ?? "";
}

const numbers = new Intl.NumberFormat("en");

/** @param {number} value @returns {string} 135,233 */
export function count(value) {
  return numbers.format(value);
}

const short = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });

/** @param {number} value @returns {string} 9.29M, 41.2K */
export function compact(value) {
  return short.format(value);
}

/** @param {number} km @returns {string} */
export function distance(km) {
  return km < 10 ? `${km.toFixed(1)} km` : `${count(Math.round(km))} km`;
}

/** @param {number} lat @param {number} lon @returns {string} 51.509° N, 0.126° W */
export function position(lat, lon) {
  /** @param {number} value @param {string} plus @param {string} minus */
  const half = (value, plus, minus) => `${Math.abs(value).toFixed(3)}° ${value < 0 ? minus : plus}`;
  return `${half(lat, "N", "S")}, ${half(lon, "E", "W")}`;
}
