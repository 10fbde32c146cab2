const elements =
  "Hydrogen Helium Lithium Beryllium Boron Carbon Nitrogen Oxygen Fluorine Neon Sodium Magnesium Aluminium Silicon Phosphorus Sulfur Chlorine Argon Potassium Calcium Scandium Titanium Vanadium Chromium Manganese Iron Cobalt Nickel Copper Zinc Gallium Germanium Arsenic Selenium Bromine Krypton Rubidium Strontium Yttrium Zirconium Niobium Molybdenum Technetium Ruthenium Rhodium Palladium Silver Cadmium Indium Tin Antimony Tellurium Iodine Xenon Caesium Barium Lanthanum Cerium Praseodymium Neodymium Promethium Samarium Europium Gadolinium Terbium Dysprosium Holmium Erbium Thulium Ytterbium Lutetium Hafnium Tantalum Tungsten Rhenium Osmium Iridium Platinum Gold Mercury Thallium Lead Bismuth Polonium Astatine Radon Francium Radium Actinium Thorium Protactinium Uranium Neptunium Plutonium Americium Curium Berkelium Californium Einsteinium Fermium Mendelevium Nobelium Lawrencium Rutherfordium Dubnium Seaborgium Bohrium Hassium Meitnerium Darmstadtium Roentgenium Copernicium Nihonium Flerovium Moscovium Livermorium Tennessine Oganesson".split(
    " ",
  );

/**
 * The chemical elements, in the order that the reader chooses.
 * @param {import("../../js/elements/list/apus-list.js").ApusList<{ name: string, number: number }>} list @param {HTMLButtonElement} reset @param {HTMLElement} moved
 */
export function order(list, reset, moved) {
  const all = elements.map((name, at) => ({ name, number: at + 1 }));
  list.textOf = ({ name }) => name;
  list.renderItem = ({ name, number }, _, row) => {
    const place = document.createElement("small");
    place.textContent = String(number);
    const handle = document.createElement("span");
    handle.className = "handle";
    handle.dataset.handle = "";
    handle.setAttribute("aria-hidden", "true");
    handle.textContent = "⠿";
    row.className = "element";
    row.replaceChildren(place, name, handle);
  };
  list.items = [...all];
  list.addEventListener("reorder", (event) => {
    const { from, to } = /** @type {CustomEvent} */ (event).detail;
    moved.textContent = `${list.items[from].name} moved from place ${from + 1} to ${to + 1}.`;
  });
  reset.addEventListener("click", () => {
    list.items = [...all];
    moved.textContent = "The original order.";
  });
}
