// Data about the elements for editors, made from custom-elements.json: VS Code's custom data for
// HTML and JetBrains' web-types. Formats:
// https://github.com/microsoft/vscode-html-languageservice/blob/main/docs/customData.md
// https://github.com/JetBrains/web-types

/**
 * @typedef {{ name?: string, description?: string, type?: { text: string } }} Named
 * @typedef {{ tagName?: string, description?: string, attributes?: Named[], events?: Named[],
 *   slots?: Named[], cssParts?: Named[], cssProperties?: Named[], members?: (Named & { kind: string,
 *   privacy?: string, static?: boolean, readonly?: boolean })[] }} Element
 * @typedef {{ modules: { declarations?: Element[] }[] }} Manifest
 */

/** @param {Manifest} manifest @returns {Element[]} by tag name */
export function elementsOf({ modules }) {
  return modules
    .flatMap(({ declarations }) => declarations ?? [])
    .filter(({ tagName }) => tagName)
    .sort((a, b) =>
      /** @type {string} */ (a.tagName) < /** @type {string} */ (b.tagName) ? -1 : 1,
    );
}

/** The values of a union of strings. @param {Named} attribute */
function values({ type }) {
  return [...(type?.text ?? "").matchAll(/["']([^"']*)["']/g)].map(([, name]) => ({ name }));
}

/** @param {Element} element */
function description({
  description = "",
  slots = [],
  cssParts = [],
  cssProperties = [],
  events = [],
}) {
  const list = (/** @type {string} */ title, /** @type {Named[]} */ items) =>
    items.length
      ? `\n\n**${title}**\n${items
          .map(
            ({ name, description }) =>
              `- \`${name || "default"}\`${description ? `: ${description}` : ""}`,
          )
          .join("\n")}`
      : "";
  return (
    description +
    list("Events", events) +
    list("Slots", slots) +
    list("Parts", cssParts) +
    list("Custom properties", cssProperties)
  );
}

/** For `html.customData` of VS Code. @param {Manifest} manifest */
export function vscodeData(manifest) {
  return {
    version: 1.1,
    tags: elementsOf(manifest).map((element) => ({
      name: element.tagName,
      description: { kind: "markdown", value: description(element) },
      attributes: (element.attributes ?? []).map((attribute) => ({
        name: attribute.name,
        ...(attribute.description && { description: attribute.description }),
        // "v" marks an attribute without a value
        ...(attribute.type?.text === "boolean" && { valueSet: "v" }),
        ...(values(attribute).length && { values: values(attribute) }),
      })),
    })),
  };
}

/** For JetBrains' editors, by the field `web-types` of package.json. @param {Manifest} manifest @param {{ name: string, version: string }} pack */
export function webTypes(manifest, { name, version }) {
  const plain = (/** @type {Named[]} */ items = []) =>
    items.map(({ name, description }) => ({
      name: name ?? "",
      ...(description && { description }),
    }));
  return {
    $schema: "https://json.schemastore.org/web-types",
    name,
    version,
    "description-markup": "markdown",
    contributions: {
      html: {
        elements: elementsOf(manifest).map((element) => ({
          name: element.tagName,
          description: element.description,
          attributes: (element.attributes ?? []).map((attribute) => ({
            name: attribute.name,
            ...(attribute.description && { description: attribute.description }),
            value: { type: attribute.type?.text ?? "string" },
          })),
          slots: plain(element.slots),
          js: {
            events: plain(element.events),
            properties: (element.members ?? [])
              .filter((it) => it.kind === "field" && it.privacy !== "private" && !it.static)
              .map(({ name, description, readonly, type }) => ({
                name,
                ...(description && { description }),
                ...(type && { value: { type: type.text } }),
                ...(readonly && { "read-only": true }),
              })),
          },
          css: { parts: plain(element.cssParts), properties: plain(element.cssProperties) },
        })),
      },
    },
  };
}
