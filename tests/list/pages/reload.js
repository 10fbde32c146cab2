// A list in a window; with `?late` its items come after the page has loaded, with `?asked` at `show()`.
const list = document.querySelector("apus-list");
Object.assign(window, { list });
list.renderItem = (item, _index, row) => {
  row.className = "row";
  row.style.height = `${24 + (((item * 2654435761) >>> 0) % 200)}px`;
  row.textContent = `Row ${item}`;
};
const show = () => {
  list.items = Array.from({ length: 5000 }, (_, id) => id);
};
window.show = show;
if (location.search === "?late") addEventListener("load", () => setTimeout(show, 1000));
else if (location.search !== "?asked") show();
