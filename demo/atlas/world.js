import { compact, countryName } from "./names.js";
import { pause } from "./pause.js";

/** @typedef {import("./format.js").City} City */

/** Latitudes shown: from Cape Horn to Svalbard. */
const south = -57;
const north = 79;

const rowsInSlice = 16_384;

/** The world as dots, one for each city; cities in the list glow. Draws 135,233 dots in a few ms. */
export class World {
  #canvas;
  #cities;
  /** Position of each city on the map, 0 to 1 from its corner. */
  #x;
  #y;
  /** Indexes in `#cities`. @type {ArrayLike<number>} */
  #shown = [];
  #due = 0;

  /**
   * Places all cities on the map, in slices of a few ms.
   * @param {HTMLCanvasElement} canvas its CSS decides the size; `color` is the dots', `accent-color` the glow's
   * @param {City[]} cities
   * @returns {Promise<World>}
   */
  static async build(canvas, cities) {
    const world = new World(canvas, cities);
    for (let row = 0; row < cities.length; row += rowsInSlice) {
      world.#place(row, Math.min(row + rowsInSlice, cities.length));
      await pause();
    }
    world.#watch();
    return world;
  }

  /** @param {HTMLCanvasElement} canvas @param {City[]} cities */
  constructor(canvas, cities) {
    this.#canvas = canvas;
    this.#cities = cities;
    this.#x = new Float32Array(cities.length);
    this.#y = new Float32Array(cities.length);
  }

  /** @param {number} start @param {number} end */
  #place(start, end) {
    const [right] = project(0, 180);
    const [, top] = project(north, 0);
    const [, bottom] = project(south, 0);
    for (let row = start; row < end; row++) {
      const city = this.#cities[row];
      const [x, y] = project(city.lat, city.lon);
      this.#x[row] = (x + right) / (2 * right);
      this.#y[row] = (top - y) / (top - bottom);
    }
  }

  #watch() {
    new ResizeObserver(() => this.#later()).observe(this.#canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#later());
  }

  /** @param {ArrayLike<number>} rows indexes of the cities that glow; drawn in the next frame */
  show(rows) {
    this.#shown = rows;
    this.#later();
  }

  /**
   * The largest of the glowing cities around a point.
   * @param {number} clientX @param {number} clientY CSS px in the window
   * @returns {City | undefined}
   */
  at(clientX, clientY) {
    const box = this.#canvas.getBoundingClientRect();
    const reach = 8;
    /** @type {City | undefined} */
    let best;
    for (let at = 0; at < this.#shown.length; at++) {
      const row = this.#shown[at];
      const city = this.#cities[row];
      if (best && city.population <= best.population) continue;
      if (Math.abs(box.left + this.#x[row] * box.width - clientX) > reach) continue;
      if (Math.abs(box.top + this.#y[row] * box.height - clientY) > reach) continue;
      best = city;
    }
    return best;
  }

  #later() {
    this.#due ||= requestAnimationFrame(() => {
      this.#due = 0;
      this.#draw();
    });
  }

  #draw() {
    const canvas = this.#canvas;
    const width = Math.round(canvas.clientWidth * devicePixelRatio);
    const height = Math.round(canvas.clientHeight * devicePixelRatio);
    const context = canvas.getContext("2d");
    if (!context || width === 0 || height === 0) return;
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    const { color, accentColor } = getComputedStyle(canvas);
    const [dim, glow] = [rgb(color), rgb(accentColor)];
    const all = this.#shown.length === this.#cities.length;

    const image = context.createImageData(width, height);
    const lit = new Uint32Array(image.data.buffer);
    const density = new Float32Array(width * height);
    /** @param {number} row */
    const pixel = (row) =>
      Math.min(height - 1, Math.max(0, Math.floor(this.#y[row] * height))) * width +
      Math.min(width - 1, Math.floor(this.#x[row] * width));
    for (let row = 0; row < this.#cities.length; row++) density[pixel(row)]++;
    const [r, g, b] = all ? glow : dim;
    for (let i = 0; i < density.length; i++) {
      if (density[i] === 0) continue;
      // by its logarithm; otherwise half of Europe would be one blot
      const share = Math.min(1, Math.log2(1 + density[i]) / 4);
      lit[i] = pack(r, g, b, all ? 0.22 + 0.78 * share : 0.15 + 0.4 * share);
    }
    if (all) return context.putImageData(image, 0, 0);

    // a few dots are drawn larger, so that a single one is visible
    const size = devicePixelRatio * Math.max(1, 6.2 - 1.1 * Math.log10(1 + this.#shown.length));
    if (size >= 3) {
      context.putImageData(image, 0, 0);
      this.#drawDiscs(context, accentColor, size / 2);
      return;
    }
    const color32 = pack(glow[0], glow[1], glow[2], 1);
    const side = Math.round(size);
    for (let at = 0; at < this.#shown.length; at++) {
      const start = pixel(this.#shown[at]);
      for (let down = 0; down < side; down++) {
        // at the right edge this wraps into the next line, where no city is
        lit.fill(color32, start + down * width, start + down * width + side);
      }
    }
    context.putImageData(image, 0, 0);
  }

  /** @param {CanvasRenderingContext2D} context @param {string} color @param {number} radius */
  #drawDiscs(context, color, radius) {
    const { width, height } = this.#canvas;
    context.fillStyle = color;
    context.beginPath();
    for (let at = 0; at < this.#shown.length; at++) {
      const row = this.#shown[at];
      const x = this.#x[row] * width;
      const y = this.#y[row] * height;
      context.moveTo(x + radius, y);
      context.arc(x, y, radius, 0, 7);
    }
    context.fill();
  }
}

/**
 * Equal Earth: equal areas, so that dots are as dense as cities everywhere.
 * Šavrič, Patterson, Jenny: "The Equal Earth map projection", IJGIS 33 (2019).
 * @param {number} lat @param {number} lon degrees
 * @returns {[number, number]} north is up
 */
function project(lat, lon) {
  const t = Math.asin((Math.sqrt(3) / 2) * Math.sin((lat * Math.PI) / 180));
  const t2 = t * t;
  const t6 = t2 * t2 * t2;
  const [a1, a2, a3, a4] = [1.340264, -0.081106, 0.000893, 0.003796];
  const slope = a1 + 3 * a2 * t2 + t6 * (7 * a3 + 9 * a4 * t2);
  const x = (2 * ((lon * Math.PI) / 180) * Math.cos(t)) / (Math.sqrt(3) * slope);
  return [x, t * (a1 + a2 * t2 + t6 * (a3 + a4 * t2))];
}

/** @param {string} color in the form of computed styles @returns {number[]} */
function rgb(color) {
  return (color.match(/[\d.]+/g) ?? ["0", "0", "0"]).slice(0, 3).map(Number);
}

/** @param {number} r @param {number} g @param {number} b @param {number} alpha 0 to 1 */
function pack(r, g, b, alpha) {
  return ((Math.round(alpha * 255) << 24) | (b << 16) | (g << 8) | r) >>> 0;
}

/** @param {City} city @returns {string} */
export function caption(city) {
  const people = city.population ? ` · ${compact(city.population)}` : "";
  return `${city.name}, ${countryName(city.country)}${people}`;
}
