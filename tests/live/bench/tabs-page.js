// A tab that shares the connection of its origin, and reports what it sees.
import { connect } from "/apus/sync.js";

window.begin = async (channels) => {
  const live = await connect("/gateway/");
  window.live = live;
  for (const name of channels) {
    const channel = live.channel(name);
    channel.addEventListener("resume", ({ detail }) => {
      if (!detail.recovered) window.took(name, detail.reason);
    });
    channel.on("*", (events) => {
      window.took(
        name,
        events.map(({ data, at, time }) => ({ data, at, time })),
      );
    });
    await channel.ready;
    window.took(name, [], channel.position);
  }
};
window.ready = true;
