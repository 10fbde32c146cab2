// Whatever the network and the gateway do, every event comes once and in order, or its loss is told.
// LIVE_EVENTS=1000000 makes it as many.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Reader, startWorld } from "./world.js";

const most = Number(process.env.LIVE_EVENTS ?? 20_000);
const seeds = process.env.LIVE_SEED ? [Number(process.env.LIVE_SEED)] : [1, 2, 3, 4];
const names = ["orders", "prices", "chat", "log"];

for (const seed of seeds) {
  const title = `${most / seeds.length} events over a bad network, seed ${seed}`;
  test(title, { timeout: 3_600_000 }, () => run(seed, most / seeds.length));
}

/** @param {number} seed @param {number} most */
async function run(seed, most) {
  const { world, gateway, network, connect } = startWorld(seed);
  const { below } = world;
  const clients = [0, 1, 2].map(() => connect());
  /** @type {unknown[]} */
  const errors = [];
  for (const live of clients) {
    live.addEventListener("error", (event) => {
      const { code, error } = /** @type {CustomEvent} */ (event).detail;
      if (code !== "BAD_ANSWER") errors.push(error);
    });
  }
  const readers = clients.flatMap((live) => names.map((name) => new Reader(live.channel(name))));
  const odd = new Reader(clients[0].channel("log", { where: { odd: 1 } }));
  await world.until(() => clients.every((live) => live.status === "up"));
  await world.run(1000);
  let appended = 0;
  let published = 0;
  /** @type {Promise<unknown>[]} */
  const publications = [];
  const what = { kill: 0, part: 0, silence: 0, lose: 0, trim: 0 };
  while (appended < most) {
    const dice = below(1000);
    const name = names[below(names.length)];
    if (dice < 700) {
      for (let i = below(20); i >= 0; i--) {
        gateway.append(name, "tick", { n: appended, odd: appended % 2 });
        appended += 1;
      }
    } else if (dice < 800) {
      const n = published++;
      const live = clients[below(clients.length)];
      if (live.stats().queued < 900) {
        appended += 1;
        publications.push(live.channel(name).publish("own", { own: n, odd: n % 2 }));
      }
    } else if (dice < 815) {
      network.kill(1 + below(3));
      what.kill += 1;
    } else if (dice < 820) {
      network.parted = true;
      world.later(() => {
        network.parted = false;
      }, below(20_000));
      what.part += 1;
    } else if (dice < 830) {
      for (const session of gateway.sessions) if (below(3) === 0) session.silence();
      what.silence += 1;
    } else if (dice < 832) {
      gateway.lose(name);
      what.lose += 1;
    } else if (dice < 845) {
      gateway.trim(name, 50 + below(1000));
      what.trim += 1;
    } else if (dice < 860) {
      network.faults = { drop: below(200), double: below(200), overtake: below(300) };
    }
    await world.run(below(100));
  }
  network.parted = false;
  network.faults = { drop: 0, double: 0, overtake: 0 };
  assert(await world.until(() => clients.every((live) => live.stats().queued === 0)));
  for (const name of names) gateway.append(name, "last", { odd: 1 });
  const done = await world.until(() =>
    [...readers, odd].every(({ events }) => events.at(-1)?.type === "last"),
  );
  assert(done, "all have caught up");
  await Promise.all(publications);
  const holes = [...readers, odd].map((reader) =>
    reader.check(gateway, reader === odd ? (data) => data?.odd === 1 : undefined),
  );
  const losses = [...readers, odd].reduce((sum, it) => sum + it.losses, 0);
  assert(losses <= gateway.losses, "no loss is told that was not one");
  for (const times of gateway.applied.values()) assert.equal(times, 1);
  assert.equal(gateway.applied.size, publications.length);
  assert.deepEqual(errors, []);
  const got = [...readers, odd].reduce((sum, it) => sum + it.events.length, 0);
  const reconnects = clients.reduce((sum, live) => sum + live.stats().reconnects, 0);
  console.log(
    `# ${appended} events, ${got} received, ${publications.length} published, ${reconnects} reconnects, ` +
      `${holes.reduce((a, b) => a + b)} holes, ${losses} losses told, ${JSON.stringify(what)}`,
  );
  for (const live of clients) live.close();
}
