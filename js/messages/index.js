/**
 * A text: a string with `{placeholders}`, or one for each plural category that
 * `Intl.PluralRules` knows for the language (`one`, `few`, `other`), chosen by `{n}`.
 * @typedef {string | { other: string, [category: string]: string }} Message
 */

/**
 * Texts by their English originals, the keys of `js/messages/en.js`. Those that are missing stay English.
 * @typedef {{ [English in keyof typeof import("./en.js").en]?: Message }} Messages
 */

/** Shared with every copy of the elements on the page. */
const key = Symbol.for("apus");

/** The languages of the page; the elements' say(), number() and texts() read it. */
class PageTexts {
  /** @type {Map<string, Messages>} by tag in lower case */
  #languages = new Map();
  #last = "";
  /** @type {Map<string, Intl.NumberFormat>} */
  #formats = new Map();

  /** @param {string} language @param {Messages} messages */
  add(language, messages) {
    this.#last = language;
    const tag = language.toLowerCase();
    this.#languages.set(tag, { ...this.#languages.get(tag), ...messages });
  }

  /** That of `<html lang>`, else the one registered last. @returns {{ locale: string, messages: Messages } | undefined} */
  get current() {
    const locale = globalThis.document?.documentElement.lang || this.#last;
    // "de-AT" is served by "de".
    for (
      let tag = locale.toLowerCase();
      tag;
      tag = tag.slice(0, Math.max(0, tag.lastIndexOf("-")))
    ) {
      const messages = this.#languages.get(tag);
      if (messages) return { locale, messages };
    }
    return undefined;
  }

  /** @param {keyof Messages} english */
  say(english) {
    const message = this.current?.messages[english];
    return typeof message === "object" ? message.other : message;
  }

  /** @param {number} value @param {number} digits after the decimal sign */
  number(value, digits) {
    const locale = this.current?.locale;
    if (!locale) return undefined;
    const name = `${locale} ${digits}`;
    const format =
      this.#formats.get(name) ??
      new Intl.NumberFormat(locale, {
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
      });
    this.#formats.set(name, format);
    return format.format(value);
  }
}

/**
 * Registers texts of a language for all elements of the page, on top of those it has. Elements whose
 * page has this language (`<html lang>`; without one, the language registered last) show them from
 * their next text on: register before they are in the document. O(texts).
 * @param {string} language a tag such as "nl" or "pt-BR"
 * @param {Messages} messages
 * @throws {TypeError} for a language that is no tag, or a text that is not one; nothing changed
 */
export function register(language, messages) {
  try {
    Intl.getCanonicalLocales(language);
  } catch {
    throw new TypeError(`register: language must be a language tag, got "${language}"`);
  }
  for (const [english, message] of Object.entries(messages)) {
    if (typeof message === "string" || typeof message?.other === "string") continue;
    throw new TypeError(`register: messages["${english}"] must be a string or have "other"`);
  }
  const page = /** @type {Record<symbol, PageTexts | undefined>} */ (
    /** @type {unknown} */ (globalThis)
  );
  const texts = page[key] ?? new PageTexts();
  page[key] = texts;
  texts.add(language, messages);
}
