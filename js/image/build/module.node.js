// Node only: shared by the bundler plugins.

/**
 * An import with the query `apus`, which may set options: `./photo.jpg?widths=320,640&formats=webp,jpg&apus`.
 * @param {string} id a specifier or a path
 * @returns {{ path: string, query: string, options: { widths?: number[], formats?: string[] } } | undefined}
 *   undefined for other imports
 */
export function asked(id) {
  const at = id.indexOf("?");
  if (at < 0 || id.startsWith("\0")) return undefined;
  const query = id.slice(at);
  const parameters = new URLSearchParams(query);
  if (!parameters.has("apus")) return undefined;
  const widths = parameters.get("widths")?.split(",").map(Number);
  const formats = parameters.get("formats")?.split(",");
  const options = { ...(widths && { widths }), ...(formats && { formats }) };
  return { path: id.slice(0, at), query, options };
}

/**
 * The module of an image.
 * @param {import("./variants.node.js").Built} built
 * @param {string} url an expression whose value is the URL of the first file
 * @returns {string} JavaScript
 */
export function moduleOf({ image: { src, ...more }, files }, url) {
  const [first] = files.keys();
  // In a function, because Vite puts an expression without parentheses in the place of a text.
  return `const template = (url) => url.slice(0, -${first.length}) + ${JSON.stringify(src)};
export default { src: /* @__PURE__ */ template(${url}), ${JSON.stringify(more).slice(1)};
`;
}
