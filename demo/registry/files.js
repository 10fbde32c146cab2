/** Files as a build server has them: made up, the same for the same number. */

/** The schema of a file's header. */
export const schema = {
  type: "object",
  required: ["type", "size", "mode", "owner"],
  additionalProperties: false,
  properties: {
    type: { enum: ["script", "style", "image", "text"] },
    size: { type: "integer", minimum: 0 },
    mode: { type: "integer", minimum: 0, maximum: 511 },
    owner: { type: "string", minLength: 1, maxLength: 64 },
  },
};

const types = ["script", "style", "image", "text"];
const endings = ["js", "css", "svg", "md"];
const owners = ["ana", "ben", "chi", "dara"];
export const scopes = 1000;

/**
 * @typedef {object} File
 * @property {string} path @property {string} scope @property {string} header JSON
 * @property {string} content
 */

/** @param {number} i from 0 on @returns {File} */
export function file(i) {
  const kind = i % 4;
  const scope = `site-${i % scopes}`;
  const content = `/* ${i} */ export const value${i} = ${Math.imul(i, 0x9e3779b1) >>> 0};\n`;
  return {
    path: `/srv/www/${scope}/assets/${i}.${endings[kind]}`,
    scope,
    header: `{"type":"${types[kind]}","size":${content.length},"mode":${i % 512},"owner":"${owners[(i >> 2) % 4]}"}`,
    content,
  };
}
