// The package's public surface: its entries with all that they export, and every type that their
// signatures name. Read from the declarations in dist/types, like a user's editor.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { root } from "../run.js";
import { entries } from "./entries.js";

/**
 * @typedef {object} Named something that a page documents
 * @property {string} name
 * @property {ts.Symbol} symbol
 * @typedef {object} Entry
 * @property {string} name as it is imported: "apus/cache"
 * @property {string} slug of its page
 * @property {Named[]} exports at run time, by name
 * @property {Named[]} own those that no narrower entry exports
 * @property {Named[]} types that the signatures of `own` name, in the order of their first use
 */

/** @returns {{ checker: ts.TypeChecker, entries: Entry[] }} */
export function readSurface() {
  const all = entries();
  const files = all.map(({ types }) => join(root, types));
  const program = ts.createProgram(files, {
    strict: true,
    target: ts.ScriptTarget.ES2024,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    lib: [
      "lib.es2024.d.ts",
      "lib.esnext.disposable.d.ts",
      "lib.esnext.decorators.d.ts",
      "lib.dom.d.ts",
    ],
    types: [],
    noEmit: true,
  });
  const checker = program.getTypeChecker();
  /** @type {Entry[]} */
  const found = all.map(({ name, slug }, index) => {
    const source = program.getSourceFile(files[index]);
    const module = source && checker.getSymbolAtLocation(source);
    if (!module) throw new Error(`${files[index]}: no declarations; run node tools/build.js types`);
    const exports = checker
      .getExportsOfModule(module)
      .filter((symbol) => isValue(checker, symbol))
      .map((symbol) => ({ name: symbol.name, symbol: resolve(checker, symbol) }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    return { name, slug, exports, own: exports, types: [] };
  });
  const taken = new Set(
    found.filter(({ slug }) => slug !== "apus").flatMap((it) => symbols(it.exports)),
  );
  for (const entry of found) {
    if (entry.slug === "apus") entry.own = entry.exports.filter(({ symbol }) => !taken.has(symbol));
  }
  const exported = new Set(found.flatMap(({ exports }) => symbols(exports)));
  for (const entry of found) entry.types = typesOf(checker, entry.own, exported);
  return { checker, entries: found };
}

/** Whether it is there at run time. @param {ts.TypeChecker} checker @param {ts.Symbol} symbol */
function isValue(checker, symbol) {
  const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  return Boolean(target.flags & ts.SymbolFlags.Value);
}

/** @param {Named[]} named */
const symbols = (named) => named.map(({ symbol }) => symbol);

/** The target of a name, through imports and aliases that only repeat a name. @param {ts.TypeChecker} checker @param {ts.Symbol} symbol @returns {ts.Symbol} */
export function resolve(checker, symbol) {
  if (symbol.flags & ts.SymbolFlags.Alias)
    return resolve(checker, checker.getAliasedSymbol(symbol));
  const [declaration] = symbol.declarations ?? [];
  if (declaration && ts.isTypeAliasDeclaration(declaration)) {
    const { type } = declaration;
    const name = ts.isImportTypeNode(type)
      ? type.qualifier
      : ts.isTypeReferenceNode(type)
        ? type.typeName
        : undefined;
    const target = name && checker.getSymbolAtLocation(name);
    if (target && isOurs(resolve(checker, target))) return resolve(checker, target);
  }
  return symbol;
}

/** Declared by the package. @param {ts.Symbol} symbol */
export function isOurs({ declarations = [] }) {
  return declarations.some((it) =>
    it.getSourceFile().fileName.startsWith(join(root, "dist/types/")),
  );
}

/** The public members, including those of base classes. @param {ts.TypeChecker} checker @param {ts.Symbol} symbol */
export function membersOf(checker, symbol) {
  const instance = checker.getDeclaredTypeOfSymbol(symbol);
  const statics = [...(symbol.exports?.values() ?? [])].filter(({ name }) => name !== "prototype");
  const hidden =
    /^(add|remove)EventListener$|^(dis)?connectedCallback$|^attributeChangedCallback$|^observedAttributes$|^__#/;
  return [...statics, ...checker.getPropertiesOfType(instance)].filter(
    (member) => isOurs(member) && !hidden.test(member.name) && !isPrivate(member),
  );
}

/** @param {ts.Symbol} member */
function isPrivate({ declarations = [] }) {
  return declarations.some(
    (it) =>
      hasPrivateName(it) ||
      ts.getCombinedModifierFlags(it) & ts.ModifierFlags.Private ||
      ts.getJSDocTags(it).some(({ tagName }) => /^(private|internal)$/.test(tagName.text)),
  );
}

/**
 * The constructors that a user may call: of exported classes without a factory such as `open`.
 * @param {ts.Symbol} symbol @param {boolean} exported
 */
export function constructorsOf(symbol, exported) {
  const factory = ["create", "open", "start"].some((name) =>
    symbol.exports?.has(ts.escapeLeadingUnderscores(name)),
  );
  if (factory || !exported) return [];
  const classes = (symbol.declarations ?? []).filter(ts.isClassDeclaration);
  return classes.flatMap(({ members }) => members.filter(ts.isConstructorDeclaration));
}

/** @param {ts.Declaration} declaration */
function hasPrivateName(declaration) {
  const name = ts.getNameOfDeclaration(declaration);
  return name !== undefined && ts.isPrivateIdentifier(name);
}

/** The nodes that make a symbol's signature. @param {boolean} exported whether it can be imported @param {ts.TypeChecker} checker @param {ts.Symbol} symbol @returns {ts.Node[]} */
function signatureNodes(checker, symbol, exported) {
  if (!(symbol.flags & ts.SymbolFlags.Class)) return symbol.declarations ?? [];
  return [
    ...membersOf(checker, symbol).flatMap(({ declarations = [] }) => declarations),
    ...constructorsOf(symbol, exported),
  ];
}

/** @param {ts.TypeChecker} checker @param {Named[]} roots @param {Set<ts.Symbol>} exported */
function typesOf(checker, roots, exported) {
  /** @type {Map<ts.Symbol, Named>} */
  const found = new Map();
  /** @param {ts.Node} node */
  const visit = (node) => {
    const name = ts.isTypeReferenceNode(node)
      ? node.typeName
      : ts.isImportTypeNode(node)
        ? node.qualifier
        : undefined;
    const at = name && checker.getSymbolAtLocation(name);
    const symbol = at && resolve(checker, at);
    if (
      symbol &&
      isOurs(symbol) &&
      !(symbol.flags & ts.SymbolFlags.TypeParameter) &&
      !exported.has(symbol) &&
      !found.has(symbol)
    ) {
      const same = [...roots, ...found.values()].some(({ name }) => name === symbol.name);
      found.set(symbol, { name: same ? `${symbol.name} (type)` : symbol.name, symbol });
      signatureNodes(checker, symbol, false).forEach(visit);
    }
    ts.forEachChild(node, visit);
  };
  for (const { symbol } of roots) signatureNodes(checker, symbol, true).forEach(visit);
  return [...found.values()];
}

/**
 * The places where a public signature contains `any`.
 * @returns {string[]} "cache/cache.d.ts: Cache.get"
 */
export function anys() {
  const { checker, entries: all } = readSurface();
  const places = new Set();
  for (const { own, types } of all) {
    for (const { name, symbol } of [...own, ...types]) {
      for (const node of signatureNodes(
        checker,
        symbol,
        own.some((it) => it.symbol === symbol),
      )) {
        const visit = (/** @type {ts.Node} */ it) => {
          if (it.kind === ts.SyntaxKind.AnyKeyword) {
            const file = it.getSourceFile().fileName.slice(join(root, "dist/types/").length);
            const member = /** @type {ts.NamedDeclaration} */ (node).name?.getText();
            places.add(`${file}: ${name}${member && member !== name ? `.${member}` : ""}`);
          }
          ts.forEachChild(it, visit);
        };
        visit(node);
      }
    }
  }
  return [...places].sort();
}

/** custom-elements.json, as the build wrote it. */
export function elementsManifest() {
  return JSON.parse(readFileSync(join(root, "dist/custom-elements.json"), "utf8"));
}
