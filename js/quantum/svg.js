import { draw } from "./drawing.js";

/** @param {string | number} text */
const escaped = (text) => String(text).replace(/[&<>"]/g, (it) => `&#${it.charCodeAt(0)};`);

/** @param {import("./drawing.js").SvgNode | string} node @returns {string} */
function write(node) {
  if (typeof node === "string") return escaped(node);
  const [tag, attributes, ...children] = node;
  const all = Object.entries(attributes).map(([name, value]) => ` ${name}="${escaped(value)}"`);
  return `<${tag}${all.join("")}>${children.map(write).join("")}</${tag}>`;
}

/** Circuit.toSvg. @param {import("./builder.js").Builder} circuit @param {{ title?: string, width?: number }} options */
export const toSvg = (circuit, options) => write(draw(circuit, options));
