/** @typedef {import("./view.js").ListView<any>} ListView */

/** The roles of rows in lists of these roles. @type {Record<string, string>} */
const rowRoles = {
  feed: "article",
  grid: "row",
  listbox: "option",
  menu: "menuitem",
  radiogroup: "radio",
  table: "row",
  tablist: "tab",
  tree: "treeitem",
  treegrid: "row",
};

/**
 * Gives the rows the role that fits the list's, after it changed or if it is not `list`. Rows of
 * grids and tables count by `aria-rowindex`, and the list has `aria-rowcount`.
 * @param {ListView} view
 */
export function roles(view) {
  const { host, renderer, rows, data } = view;
  const before = renderer.role;
  renderer.role = rowRoles[host.getAttribute("role") ?? ""] ?? "listitem";
  const grid = renderer.role === "row";
  const positions = ["aria-posinset", "aria-setsize"];
  if (!grid) host.removeAttribute("aria-rowcount");
  // @ts-expect-error: without an own function, that of the class
  if (!grid) delete renderer.count;
  else {
    renderer.count = (element, index) => {
      element.setAttribute("aria-rowindex", `${index + 1}`);
      const count = `${data.length}`;
      if (host.getAttribute("aria-rowcount") !== count) host.setAttribute("aria-rowcount", count);
    };
  }
  for (const { element, index } of rows.list) {
    for (const name of grid ? positions : ["aria-rowindex"]) element.removeAttribute(name);
    if (element.getAttribute("role") === before) element.setAttribute("role", renderer.role);
    renderer.count(element, index);
  }
}
