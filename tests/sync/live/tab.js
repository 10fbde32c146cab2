// What tests use in a page, or in a frame that stands for a tab.
import { connect } from "/apus/sync.js";

/** Connects, and keeps what comes of the channel `log`; binary payload as an array. */
globalThis.begin = async (options) => {
  const live = await connect("/gateway/", options);
  const channel = live.channel("log");
  const tab = { live, channel, got: [], resumed: [] };
  channel.addEventListener("resume", ({ detail }) => tab.resumed.push(detail));
  channel.on("*", (events) => {
    for (const { data } of events) tab.got.push(data instanceof Uint8Array ? [...data] : data);
  });
  await channel.ready;
  globalThis.tab = tab;
};

/** Waits for a state. */
globalThis.until = async (state) => {
  while (!(await state())) await new Promise((resolve) => setTimeout(resolve, 10));
};

/** Another tab; it is closed by `remove()`. */
globalThis.frame = async () => {
  const frame = document.createElement("iframe");
  frame.src = location.href;
  document.body.append(frame);
  await until(() => frame.contentWindow?.frame);
  await frame.contentWindow.begin();
  return frame;
};
