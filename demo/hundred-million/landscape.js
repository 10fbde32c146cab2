const ratios = [1.5, 0.75, 1, 1.33, 0.66, 1.78, 0.8];
const width = 300;

/**
 * Draws hills under a sky; the same number gives the same picture.
 * @param {number} number from 1 on
 * @returns {{ url: string, ratio: number }} an SVG image, and its width / height
 */
export function landscape(number) {
  const random = draws(number);
  const ratio = ratios[Math.floor(random() * ratios.length)];
  const height = Math.round(width / ratio);
  const hue = Math.floor(random() * 360);
  const ground = hue + 120 + random() * 120;
  const horizon = height * (0.45 + random() * 0.2);
  const sun = [40 + random() * 220, horizon * (0.3 + random() * 0.6), 12 + random() * 18];
  const hills = [0, 1, 2].map((layer) => {
    const top = horizon + (layer * (height - horizon)) / 3.2;
    const rise = 14 + random() * 22;
    // Level at each point, so that the next curve goes on in the same direction.
    const [first, ...bends] = [-20, 65, 150, 235, 320].map((x) => {
      const y = top - rise * (random() * 2 - 1);
      return { x, y, from: `${x - 42} ${y}` };
    });
    const curves = bends.map(({ x, y, from }) => `S${from} ${x} ${y}`).join("");
    const colour = `hsl(${ground} ${28 + layer * 6}% ${58 - layer * 16}%)`;
    return `<path fill="${colour}" d="M-20 ${height}L-20 ${first.y}${curves}L320 ${height}Z"/>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">
<linearGradient id="s" x2="0" y2="1"><stop stop-color="hsl(${hue} 55% 62%)"/><stop offset="1" stop-color="hsl(${hue + 40} 75% 88%)"/></linearGradient>
<rect width="${width}" height="${height}" fill="url(#s)"/><circle cx="${sun[0]}" cy="${sun[1]}" r="${sun[2]}" fill="hsl(${hue + 50} 95% 92%)"/>${hills.join("")}</svg>`;
  return { url: `data:image/svg+xml,${encodeURIComponent(svg)}`, ratio: width / height };
}

/** Pseudo-random numbers from 0 to 1 for a seed (mulberry32). @param {number} seed */
function draws(seed) {
  let state = Math.imul(seed, 0x9e3779b1);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
