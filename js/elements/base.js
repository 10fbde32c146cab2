/** Functions that all elements share. DOM only; importing it in Node does nothing. */

/** Every element's base. Without DOM a stand-in, so that importing an element never throws. */
export const BaseElement = /** @type {typeof HTMLElement} */ (
  class extends /** @type {any} */ (globalThis.HTMLElement ?? Object) {}
);

// A property that frameworks find. An accessor would hide a value that was set before the upgrade.
/** @type {any} */ (BaseElement.prototype).messages = null;

/** What every engine has, but not the documents of unit tests in Node. */
const needs = ["adoptedStyleSheets", "IntersectionObserver", "ResizeObserver", "WebAssembly"];

/** Where a class was registered. */
const from = Symbol.for("apus");

/**
 * Registers an element unless its name is taken, or the document lacks what elements need. Then the
 * tag stays without function; a warning says so, once, and names two copies of this package.
 * @param {string} name @param {CustomElementConstructor & { [from]?: string }} element
 */
export function define(name, element) {
  const { customElements, document } = globalThis;
  const known = customElements?.get(name);
  if (!customElements || known === element) return;
  element[from] = new Error().stack;
  if (!known && needs.every((it) => it in globalThis || it in document)) {
    customElements.define(name, element);
  } else import("./undefined.js").then((part) => part.warn(element, needs, known));
}

/**
 * @template Defaults
 * @typedef {{ [Name in keyof Defaults]: Defaults[Name] extends boolean ? boolean : Defaults[Name] }} Reflected
 */

/**
 * An element class with a property for each of these attributes: `stickToEnd` for `stick-to-end`.
 * The default is its value while the attribute is absent, and gives its type. Observes them.
 * @template {Record<string, string | number | boolean>} Defaults
 * @param {Defaults} defaults
 * @returns {{ observedAttributes: string[], new (): HTMLElement & Reflected<Defaults> }}
 */
export function reflecting(defaults) {
  class Reflecting extends BaseElement {
    /** @type {string[]} */
    static observedAttributes = [];
  }
  for (const [property, value] of Object.entries(defaults)) {
    const name = property.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    Reflecting.observedAttributes.push(name);
    Object.defineProperty(Reflecting.prototype, property, {
      get() {
        if (typeof value === "number") return numberAttribute(this, name, value);
        return value === false ? this.hasAttribute(name) : (this.getAttribute(name) ?? value);
      },
      set(next) {
        reflect(this, name, next);
      },
    });
  }
  return /** @type {any} */ (Reflecting);
}

/**
 * A property set before the element was upgraded hides the class's accessor;
 * this moves its value to the accessor. Call it in connectedCallback.
 * @param {HTMLElement} element @param {string[]} [names] default: every property that it hides
 */
export function upgradeProperties(element, names = Object.keys(element)) {
  for (const name of names) {
    if (!Object.hasOwn(element, name) || !(name in Object.getPrototypeOf(element))) continue;
    const host = /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (element));
    const value = host[name];
    delete host[name];
    host[name] = value;
  }
}

/**
 * A style for `adopt`, which makes its sheet at first use.
 * @param {string} css
 * @returns {() => CSSStyleSheet}
 */
export function sheet(css) {
  /** @type {CSSStyleSheet | undefined} */
  let made;
  return () => {
    if (!made) {
      made = new CSSStyleSheet();
      made.replaceSync(css);
    }
    return made;
  };
}

/**
 * Adds a style to a shadow tree unless it has it.
 * @param {ShadowRoot} root @param {() => CSSStyleSheet} style by `sheet`
 */
export function adopt(root, style) {
  const sheets = root.adoptedStyleSheets;
  if (!sheets.includes(style())) root.adoptedStyleSheets = [...sheets, style()];
}

/**
 * Makes sure that a part of an element is installed once: the result is true at
 * an element's first call, which also gives the element the part's style.
 * @param {string} [css]
 * @returns {(element: HTMLElement) => boolean}
 */
export function once(css) {
  const known = new WeakSet();
  const style = sheet(css ?? "");
  return (element) => {
    if (known.has(element)) return false;
    if (css && element.shadowRoot) adopt(element.shadowRoot, style);
    return Boolean(known.add(element));
  };
}

/**
 * An element with its attributes and children. Built without HTML, because pages
 * that require Trusted Types refuse it.
 * @param {string} tag of HTML, or `svg`, `line` or `polyline`
 * @param {Record<string, string | number | boolean>} [attributes] as `reflect` sets them
 * @param {...(Node | string)} children
 * @returns {HTMLElement}
 */
export function make(tag, attributes = {}, ...children) {
  const space = /^(svg|line|polyline)$/.test(tag) ? "2000/svg" : "1999/xhtml";
  const element = document.createElementNS(`http://www.w3.org/${space}`, tag);
  for (const [name, value] of Object.entries(attributes)) reflect(element, name, value);
  element.append(...children);
  return /** @type {HTMLElement} */ (element);
}

/**
 * Dispatches a cancelable event that does not bubble.
 * @param {HTMLElement} element @param {string} type @param {unknown} detail
 * @returns {boolean} false when it was cancelled
 */
export function emit(element, type, detail) {
  return element.dispatchEvent(new CustomEvent(type, { detail, cancelable: true }));
}

/**
 * Dispatches an `error` event. Unless a listener cancels it, the console shows it, as it shows the
 * platform's own.
 * @param {HTMLElement} element @param {{ error: unknown, [more: string]: unknown }} detail
 */
export function fail(element, detail) {
  if (emit(element, "error", detail)) console.error(element, detail.error);
}

/**
 * Sets or removes an attribute: `false`, `null` and `undefined` remove it, `true` makes it empty.
 * @param {Element} element @param {string} name @param {string | number | boolean | null | undefined} value
 */
export function reflect(element, name, value) {
  if (value === false || value === null || value === undefined) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? "" : String(value));
}

/**
 * A number from an attribute; `fallback` unless it is a number of at least `min`.
 * @param {Element} element @param {string} name @param {number} fallback @param {number} [min]
 */
export function numberAttribute(element, name, fallback, min = 0) {
  const text = element.getAttribute(name);
  const value = text === null || text.trim() === "" ? Number.NaN : Number(text);
  return value >= min ? value : fallback;
}

/**
 * A text of an element, without placeholders: from its property `messages`, else in the page's
 * language (js/messages/index.js, if it has loaded), else as it is. With placeholders: texts.js.
 * @param {HTMLElement} host @param {string} english
 * @returns {string}
 */
export const say = (host, english) =>
  /** @type {any} */ (host).messages?.[english] ??
  /** @type {any} */ (globalThis)[Symbol.for("apus")]?.say(english) ??
  english;
