// Others who hear of changes, in a process of their own: subscribers of a channel, and feeds.
import { Redis } from "iovalkey";
import { Feed } from "../../../js/gateway/feed.node.js";
import { ValkeyEngine } from "../../../js/gateway/valkey-engine.node.js";

const [url, count] = process.argv.slice(2);
for (let i = 0; i < Number(count); i++) {
  await new Redis(url).subscribe("changes");
  await new Feed(await ValkeyEngine.open({ url })).start();
}
process.send?.("listening");
process.once("disconnect", () => process.exit());
