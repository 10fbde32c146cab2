/** @typedef {import("../messages/index.js").Message} Message */

/**
 * Texts of an element: its own `messages`, else those of the page's language, else English.
 * @typedef {object} Texts
 * @property {(english: string | readonly [one: string, other: string], values?: Record<string, string | number>) => string} say
 *   the text in the language, chosen by the number `n`; numbers are formatted
 * @property {(value: number, digits?: number) => string} number with 0 digits after the decimal sign
 */

const key = Symbol.for("apus"); // js/messages/index.js

/**
 * @param {HTMLElement | undefined} host
 * @returns {Texts}
 */
export function texts(host) {
  const page = /** @type {any} */ (globalThis)[key]?.current;
  const locale = page?.locale ?? "en";
  const rules = new Intl.PluralRules(locale);
  const isolate = /^(ar|fa|he|ur)\b/.test(locale);
  const own = /** @type {{ messages?: Record<string, Message> } | undefined} */ (host)?.messages;
  const number = (/** @type {number} */ value, digits = 0) =>
    value.toLocaleString(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return {
    number,
    say(english, values = {}) {
      const [one, other] = typeof english === "string" ? [english, english] : english;
      /** @type {string | Record<string, string>} */
      const message = own?.[other] ?? page?.messages[other] ?? { one, other };
      const text =
        typeof message === "string"
          ? message
          : (message[rules.select(Number(values.n))] ?? message.other);
      return text.replace(/\{(\w+)\}/g, (_, name) => {
        const value = values[name];
        if (typeof value === "number") return number(value);
        // A name in another script keeps its own direction.
        return isolate ? `\u2068${value}\u2069` : value;
      });
    },
  };
}
