// The API pages: demo/data/api/<entry>.md, one for each entry of the package, from the declarations
// in dist/types and custom-elements.json. page.js shows them under /docs/api/.
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import ts from "typescript";
import { elementsOf } from "../editors.js";
import { root } from "../run.js";
import { anchor } from "./render.js";
import { constructorsOf, elementsManifest, membersOf, readSurface } from "./surface.js";

/** @typedef {import("./surface.js").Entry} Entry */
/** @typedef {import("./surface.js").Named} Named */
/** @typedef {ReturnType<typeof describer>} Describer */

const folder = join(root, "demo/data/api");

/** Writes all pages. */
export async function buildApi() {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const [slug, text] of apiPages()) await writeFile(join(folder, `${slug}.md`), text);
}

/** @returns {Map<string, string>} Markdown by the slug of the page */
export function apiPages() {
  const { checker, entries } = readSurface();
  const describe = describer(checker);
  return new Map(entries.map((entry) => [entry.slug, page(entry, describe, entries)]));
}

/** @param {Entry} entry @param {Describer} describe @param {Entry[]} all */
function page({ name, slug, own, types }, describe, all) {
  const links = new Map(types.map(({ name }) => [name, `#${anchor(name)}`]));
  for (const it of all) {
    for (const { name } of it.own) {
      if (!links.has(name))
        links.set(name, `${it.slug === slug ? "" : `/docs/api/${it.slug}`}#${anchor(name)}`);
    }
  }
  const linked = linker(links);
  const [only] = own;
  const lines = [
    `# ${name}`,
    `\`import { ${own.length > 4 ? `${only.name}, …` : own.map(({ name }) => name).join(", ")} } from "${name}"\``,
  ];
  if (slug === "apus") lines.push(contents(all));
  for (const it of own) lines.push(`## ${it.name}`, ...symbolText(it, describe, linked, true));
  if (types.length) lines.push("## Types");
  for (const it of types) lines.push(`### ${it.name}`, ...symbolText(it, describe, linked, false));
  return `${lines.filter(Boolean).join("\n\n")}\n`;
}

/** The exports of `apus` and where they are documented. @param {Entry[]} all */
function contents(all) {
  const main = all.find(({ slug }) => slug === "apus");
  const also = new Set(main?.exports.map(({ symbol }) => symbol));
  const rows = all.map(({ name, slug, own }) => {
    const names = own.map(({ name }) => `[\`${name}\`](/docs/api/${slug}#${anchor(name)})`);
    return `| [\`${name}\`](/docs/api/${slug}) | ${names.join(" ")} |`;
  });
  const apart = all
    .filter(({ own }) => !own.some(({ symbol }) => also.has(symbol)))
    .map(({ name }) => `\`${name}\``);
  const except = apart.length ? ` except ${apart.join(" and ")}` : "";
  return `| entry | exports |\n|---|---|\n${rows.join("\n")}\n\n\`apus\` itself exports all of them${except}.`;
}

/**
 * @param {Named} named @param {Describer} describe @param {(text: string) => string} linked
 * @param {boolean} exported
 * @returns {string[]} paragraphs
 */
function symbolText({ name, symbol }, describe, linked, exported) {
  const { checker } = describe;
  const element = elementsOf(elementsManifest()).find((it) => it.name === name);
  const text = [describe.text(symbol)];
  if (symbol.flags & ts.SymbolFlags.Class) {
    if (element) text.push(...elementText(element));
    const instance = name[0].toLowerCase() + name.slice(1);
    for (const node of constructorsOf(symbol, exported)) {
      text.push(...callable(`new ${name}`, node, symbol, describe, linked, 3));
    }
    for (const member of membersOf(checker, symbol)) {
      const isStatic = symbol.exports?.get(member.escapedName) === member;
      text.push(
        ...memberText(isStatic ? name : instance, member, describe, linked, exported ? 3 : 4),
      );
    }
    return text;
  }
  for (const declaration of symbol.declarations ?? []) {
    if (ts.isFunctionDeclaration(declaration))
      text.push(...call(name, declaration, symbol, describe, linked));
    else if (ts.isInterfaceDeclaration(declaration))
      text.push(table(declaration.members, describe, linked));
    else if (ts.isTypeAliasDeclaration(declaration)) {
      const { type } = declaration;
      if (ts.isTypeLiteralNode(type) && type.members.every(({ name }) => name))
        text.push(table(type.members, describe, linked));
      else text.push(code(`type ${name} = ${describe.type(type)}`));
    } else if (ts.isVariableDeclaration(declaration) && declaration.type) {
      text.push(code(`const ${name}: ${describe.type(declaration.type)}`));
    }
  }
  return text;
}

/** @param {import("../editors.js").Element} element */
function elementText({
  tagName,
  attributes = [],
  events = [],
  slots = [],
  cssParts = [],
  cssProperties = [],
}) {
  const rows = (
    /** @type {string} */ title,
    /** @type {import("../editors.js").Named[]} */ items,
    typed = false,
  ) =>
    items.length
      ? `| ${title} | ${typed ? "type | " : ""}description |\n|---|---|${typed ? "---|" : ""}\n${items
          .map(
            ({ name, type, description = "" }) =>
              `| \`${name || "(default)"}\` | ${typed ? `<code>${escaped(type?.text ?? "")}</code> | ` : ""}${cell(description)} |`,
          )
          .join("\n")}`
      : "";
  return [
    `The class of \`<${tagName}>\`.`,
    rows("attribute", attributes, true),
    rows("event", events),
    rows("slot", slots),
    rows("part", cssParts),
    rows("custom property", cssProperties),
  ];
}

/**
 * @param {string} owner @param {ts.Symbol} member @param {Describer} describe
 * @param {(text: string) => string} linked @param {number} depth of the heading
 */
function memberText(owner, member, describe, linked, depth) {
  const declarations = member.declarations ?? [];
  const [first] = declarations;
  const written = /** @type {ts.NamedDeclaration} */ (first).name?.getText() ?? member.name;
  const full = written.startsWith("[") ? `${owner}${written}` : `${owner}.${written}`;
  if (ts.isMethodDeclaration(first)) return callable(full, first, member, describe, linked, depth);
  const getter = declarations.find(ts.isGetAccessor);
  const setter = declarations.find(ts.isSetAccessor);
  const property = declarations.find(ts.isPropertyDeclaration);
  const type = getter?.type ?? property?.type ?? setter?.parameters[0].type;
  const readonly = getter && !setter ? "readonly " : "";
  return [
    `${"#".repeat(depth)} ${full}`,
    `<code>${readonly}${written}: ${type ? linked(describe.type(type)) : "unknown"}</code>`,
    describe.text(member),
  ];
}

/**
 * @param {string} full @param {ts.SignatureDeclaration} node @param {ts.Symbol} symbol
 * @param {Describer} describe @param {(text: string) => string} linked @param {number} depth
 */
function callable(full, node, symbol, describe, linked, depth) {
  const documented = ts.isConstructorDeclaration(node)
    ? describe.comment(node)
    : describe.text(symbol);
  return [
    `${"#".repeat(depth)} ${full}()`,
    documented,
    ...call(full, node, symbol, describe, linked),
  ];
}

/**
 * The signature, with the descriptions of parameters, result and failures.
 * @param {string} full @param {ts.SignatureDeclaration} node @param {ts.Symbol} symbol
 * @param {Describer} describe @param {(text: string) => string} linked
 */
function call(full, node, symbol, describe, linked) {
  const tags = ts.isConstructorDeclaration(node) ? describe.nodeTags(node) : describe.tags(symbol);
  const said = tags.filter(({ name }) => name === "param");
  const parameters = node.parameters.map((parameter, index) => {
    const named = ts.isIdentifier(parameter.name)
      ? parameter.name.text
      : (said[index]?.parameter ?? "options");
    const type = parameter.type ? describe.type(parameter.type) : "unknown";
    const rest = parameter.dotDotDotToken ? "..." : "";
    return { named, type, text: `${rest}${named}${parameter.questionToken ? "?" : ""}: ${type}` };
  });
  const generics = node.typeParameters?.length
    ? `<${node.typeParameters.map((it) => it.getText()).join(", ")}>`
    : "";
  const result =
    node.type && !ts.isConstructorDeclaration(node) ? `: ${describe.type(node.type)}` : "";
  const inline = `${full}${generics}(${parameters.map(({ text }) => text).join(", ")})${result}`;
  const broken = `${full}${generics}(\n${parameters.map(({ text }) => `  ${text},\n`).join("")})${result}`;
  const rows = parameters.flatMap(({ named, type }) => {
    const text = said.find(({ parameter }) => parameter === named)?.text ?? "";
    const types = linked(type);
    // The signature has the rest.
    return text || types.includes("<a")
      ? [`| \`${named}\` | <code>${types}</code> | ${cell(text)} |`]
      : [];
  });
  const returns = tags.find(({ name, text }) => /^returns?$/.test(name) && text);
  return [
    code(inline.length > 80 && parameters.length ? broken : inline),
    rows.length ? `| parameter | type | description |\n|---|---|---|\n${rows.join("\n")}` : "",
    returns ? `Returns: ${returns.text}` : "",
    ...tags.filter(({ name }) => name === "throws").map(({ text }) => `Throws: ${text}`),
  ];
}

/** @param {readonly ts.TypeElement[]} members @param {Describer} describe @param {(text: string) => string} linked */
function table(members, describe, linked) {
  const rows = members.map((member) => {
    const symbol = /** @type {any} */ (member).symbol;
    const type =
      ts.isPropertySignature(member) && member.type
        ? describe.type(member.type)
        : describe.print(member);
    const optional = member.questionToken ? "?" : "";
    return `| \`${member.name?.getText() ?? ""}${optional}\` | <code>${linked(type)}</code> | ${cell(describe.text(symbol))} |`;
  });
  return rows.length ? `| property | type | description |\n|---|---|---|\n${rows.join("\n")}` : "";
}

const code = (/** @type {string} */ text) => `\`\`\`ts\n${text}\n\`\`\``;
const cell = (/** @type {string} */ text) => text.replace(/\s*\n\s*/g, " ").replaceAll("|", "\\|");
const escaped = (/** @type {string} */ text) =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("|", "&#124;")
    .replace(/([*_[\]])/g, "\\$1");

/** Makes links of the names that have a section. @param {Map<string, string>} links */
function linker(links) {
  return (/** @type {string} */ text) =>
    escaped(text).replace(/"[^"]*"|[A-Za-z]\w+/g, (word) =>
      links.has(word) ? `<a href="${links.get(word)}">${word}</a>` : word,
    );
}

/** @param {ts.TypeChecker} checker */
function describer(checker) {
  const printer = ts.createPrinter({ removeComments: true });
  const print = (/** @type {ts.Node} */ node) =>
    printer
      .printNode(ts.EmitHint.Unspecified, node, node.getSourceFile())
      .replace(/import\("[^"]*"\)\./g, "")
      .replace(/\s+/g, " ");
  const parsed = (/** @type {ts.JSDocTagInfo} */ { name, text }) => {
    const parameter = text?.find(({ kind }) => kind === "parameterName")?.text;
    const all = ts.displayPartsToString(text).trim();
    return {
      name,
      parameter,
      text: (parameter ? all.slice(parameter.length) : all).replace(/^\{(.*?)\}/, "`$1`").trim(),
    };
  };
  return {
    checker,
    print,
    /** A type as text, on one line. @param {ts.TypeNode} node */
    type: (node) => print(node).replaceAll("; }", " }").replaceAll("[ ", "[").replaceAll(" ]", "]"),
    /** The text of the comment, without its tags. @param {ts.Symbol} symbol */
    text: (symbol) =>
      ts
        .displayPartsToString(symbol?.getDocumentationComment(checker))
        .replace(/\{@link (\S+?)\}/g, "$1")
        .trim(),
    /** @param {ts.Symbol} symbol */
    tags: (symbol) => symbol.getJsDocTags(checker).map(parsed),
    /** @param {ts.SignatureDeclaration} node */
    nodeTags: (node) =>
      (checker.getSignatureFromDeclaration(node)?.getJsDocTags() ?? []).map(parsed),
    /** @param {ts.SignatureDeclaration} node */
    comment: (node) =>
      ts
        .displayPartsToString(
          checker.getSignatureFromDeclaration(node)?.getDocumentationComment(checker),
        )
        .trim(),
  };
}
