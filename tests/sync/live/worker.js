// A worker that shares the connection of the origin's tabs.
import { connect } from "/apus/sync.js";

const live = await connect("/gateway/");
const channel = live.channel("log");
channel.on("n", (events) => postMessage(events.map(({ data }) => data)));
await channel.ready;
postMessage("ready");
