// A user's page, bundled by the user's bundler from the packed package.
import { Cache } from "apus";
import "apus/define.js";

const cache = await Cache.open("bundled", { maxEntries: 10, persist: true });
cache.set("greeting", "hello");
await cache.flush();
document.title = `${cache.get("greeting")} ${customElements.get("apus-list") ? "list" : "no list"}`;
