// A user's page, bundled by the user's bundler from the packed package.
import { Cache } from "apus";
import "apus/define.js";

const cache = await Cache.open("bundled", { maxEntries: 10, persist: true });
cache.set("greeting", "hello");
await cache.flush();

const many = await Cache.open("many", { persist: true });
for (let i = 0; i < 4000; i++)
  many.set(`key ${i}`, { i, text: "as much as a worker packs ".repeat(20) });
await many.flush();

document.title = `${cache.get("greeting")} ${customElements.get("apus-list") ? "list" : "no list"}`;
