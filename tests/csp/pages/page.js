// Uses every element, with the parts that each loads on demand.
import "/apus/define.js";

const list = document.querySelector("apus-list");
list.renderItem = (item, _, element) => {
  element.textContent = item;
};
list.items = Array.from({ length: 1000 }, (_, index) => `row ${index}`);

const cache = await document.querySelector("apus-cache").ready;
// Enough at once for the packing worker.
for (let i = 0; i < 5000; i++) cache.set(`key ${i}`, { i, text: "lorem ipsum dolor ".repeat(20) });
await cache.flush();

performance.measure("filter", { start: 0, duration: 20 });
document.title = "written";
