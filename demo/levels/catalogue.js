import { nameOf } from "./columns.js";
import { make, ms, price } from "./format.js";

/** The keys of the products. */
export const keys = Array.from({ length: 12 }, (_, i) => `product:${i + 1}`);

/**
 * The products as buttons; each shows what was answered last, and by which level.
 * @param {HTMLElement} list
 * @param {(key: string) => void} ask
 */
export function catalogue(list, ask) {
  for (const key of keys) {
    const button = make(
      "button",
      { type: "button", class: "card product", "data-key": key },
      make("span", { class: "name" }, key),
      make("span", { class: "tag" }),
      make("span", { class: "price" }),
      make("span", { class: "from" }, "not asked yet"),
    );
    button.addEventListener("click", () => ask(key));
    list.append(make("li", {}, button));
  }
  const all = /** @type {NodeListOf<HTMLElement>} */ (list.querySelectorAll(".product"));
  /** @param {HTMLElement} button @param {string} part @param {string} text */
  const set = (button, part, text) => {
    /** @type {Element} */ (button.querySelector(part)).textContent = text;
  };

  return {
    /** @param {string} key @param {any} product @param {string} level @param {number} time */
    answered(key, product, level, time) {
      const button = all[keys.indexOf(key)];
      Object.assign(button.dataset, { level, tag: product.tag });
      set(button, ".name", product.name);
      set(button, ".tag", product.tag);
      set(button, ".price", price(product.price));
      set(button, ".from", `${nameOf(level)}, ${ms(time)}`);
    },

    /** @param {string} key @param {string} why */
    failed(key, why) {
      const button = all[keys.indexOf(key)];
      button.dataset.level = "none";
      set(button, ".from", why);
    },

    /** The products of which this page has to ask again. @param {(key: string, tag: string) => boolean} concerns @returns {number} */
    outdated(concerns) {
      let count = 0;
      for (const button of all) {
        const { key = "", tag = "" } = button.dataset;
        if (!concerns(key, tag)) continue;
        button.dataset.level = "gone";
        set(button, ".from", "out of date");
        count++;
      }
      return count;
    },

    /** @param {string} key */
    nameOf: (key) => all[keys.indexOf(key)]?.querySelector(".name")?.textContent ?? key,
  };
}
