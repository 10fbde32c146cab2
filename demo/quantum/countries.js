/** The countries of South America with their capitals' places: code, name, latitude, longitude. @type {[string, string, number, number][]} */
export const countries = [
  ["AR", "Argentina", -34.6, -63],
  ["BO", "Bolivia", -17.8, -65],
  ["BR", "Brazil", -11, -51],
  ["CL", "Chile", -31, -71],
  ["CO", "Colombia", 4.6, -74],
  ["EC", "Ecuador", -0.2, -79.5],
  ["GF", "French Guiana", 4.9, -52.3],
  ["GY", "Guyana", 6.8, -60],
  ["PY", "Paraguay", -24.5, -57.6],
  ["PE", "Peru", -10.5, -76],
  ["SR", "Suriname", 7.6, -55.5],
  ["UY", "Uruguay", -33.5, -55],
  ["VE", "Venezuela", 9, -66.5],
];

const borders = [
  "AR-BO AR-BR AR-CL AR-PY AR-UY BO-BR BO-CL BO-PY BO-PE BR-CO BR-GF BR-GY BR-PY BR-PE BR-SR",
  "BR-UY BR-VE CL-PE CO-EC CO-PE CO-VE EC-PE GF-SR GY-SR GY-VE",
].join(" ");

/** Land borders, as pairs of indices of `countries`. @type {[number, number][]} */
export const edges = borders.split(" ").map((pair) => {
  const [a, b] = pair.split("-").map((code) => countries.findIndex(([it]) => it === code));
  return [a, b];
});

const SVG = "http://www.w3.org/2000/svg";

/** @param {string} tag @param {Record<string, string | number>} attributes @param {string} [text] */
function shape(tag, attributes, text) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  if (text) element.append(text);
  return element;
}

/**
 * A map: countries as circles, borders as lines, those between colours thick.
 * @param {readonly number[]} [colours] 0 or 1 for each country
 */
export function map(colours) {
  const place = (/** @type {number} */ i) => {
    const [, , latitude, longitude] = countries[i];
    return [(longitude + 83) * 9, (13 - latitude) * 9];
  };
  const lines = edges.map(([a, b]) => {
    const [[x1, y1], [x2, y2]] = [place(a), place(b)];
    const cut = colours && colours[a] !== colours[b];
    return shape("line", { x1, y1, x2, y2, class: cut ? "border cut" : "border" });
  });
  const circles = countries.flatMap(([code], i) => {
    const [cx, cy] = place(i);
    const colour = colours ? ["one", "two"][colours[i]] : "";
    return [
      shape("circle", { cx, cy, r: 17, class: `country ${colour}` }),
      shape("text", { x: cx, y: cy + 4.5 }, code),
    ];
  });
  const said = colours
    ? `One colour: ${countries
        .filter((_, i) => colours[i] === 0)
        .map(([, name]) => name)
        .join(", ")}. The other: the rest.`
    : "The countries of South America and their borders";
  const svg = shape("svg", { viewBox: "0 0 310 450", role: "img" });
  svg.append(shape("title", {}, said), ...lines, ...circles);
  return svg;
}
