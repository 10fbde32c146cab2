// A service worker with a live connection: answers a message with what it has heard of "log".
import { connect } from "#sync";

addEventListener("message", ({ data: port }) => {
  hear().then(
    (it) => port.postMessage(it),
    (error) => port.postMessage({ error: String(error) }),
  );
});

async function hear() {
  const live = await connect("/gateway/");
  const channel = live.channel("log");
  const got = [];
  channel.on("n", (events) => {
    for (const { data } of events) got.push(data);
  });
  await channel.ready;
  for (let n = 0; n < 3; n++) await channel.publish("n", n);
  while (got.length < 3) await new Promise((resolve) => setTimeout(resolve, 10));
  const tabs = live.stats().tabs;
  live.close();
  return { got, tabs };
}
