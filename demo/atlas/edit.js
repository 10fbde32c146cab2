/** @typedef {import("./server.js").ServerCity} ServerCity */
/** @typedef {import("./server.js").Change} Change */

/**
 * The form that changes a city. It lets through what the server refuses, such as 60 million people:
 * then the change is rolled back.
 * @param {ServerCity} city
 * @param {(change: Change) => Promise<void>} save only called with something that is different
 */
export function editForm(city, save) {
  const form = document.createElement("form");
  form.className = "edit";
  form.setAttribute("aria-label", `Change ${city.name}`);
  const name = field(form, "Name", { value: city.name, required: true });
  const people = { type: "number", min: "0", step: "1", value: String(city.population) };
  const population = field(form, "Population", { ...people, required: true });
  const button = document.createElement("button");
  button.className = "button";
  button.textContent = "Save";
  const note = document.createElement("p");
  note.setAttribute("role", "alert");
  note.hidden = true;
  form.append(button, note);

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    /** @type {Change} */
    const change = {};
    if (name.value.trim() !== city.name) change.name = name.value.trim();
    if (population.valueAsNumber !== city.population) {
      change.population = population.valueAsNumber;
    }
    note.hidden = Object.keys(change).length > 0;
    if (!note.hidden) {
      note.textContent = "Nothing is different.";
      return;
    }
    button.disabled = true;
    try {
      await save(change);
    } catch (error) {
      note.hidden = false;
      note.textContent = `It could not be kept: ${/** @type {Error} */ (error).message}`;
    } finally {
      button.disabled = false;
    }
  });
  return form;
}

/** @param {HTMLFormElement} form @param {string} text @param {Record<string, string | number | boolean>} properties */
function field(form, text, properties) {
  const label = document.createElement("label");
  const input = Object.assign(document.createElement("input"), properties);
  input.autocomplete = "off";
  label.append(text, input);
  form.append(label);
  return input;
}
