/**
 * A list that a framework has rendered, or is about to.
 * @param {HTMLElement} root
 */
export const mounted = (root) => ({
  get scroller() {
    return [root, ...root.querySelectorAll("*")].find((element) => {
      const { overflowY } = getComputedStyle(element);
      return (
        (overflowY === "auto" || overflowY === "scroll") &&
        element.scrollHeight > element.clientHeight
      );
    });
  },
  index: (row) => Number(row.dataset.index),
});
