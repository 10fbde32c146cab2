// What batches cost an item, next to queues of promises.
import pLimit from "p-limit";
import PQueue from "p-queue";
import { batch } from "../../../js/lazy/index.js";

const SIZE = 1000;

/** us an item. @param {number} count @param {() => Promise<number>} run returns how many it did */
async function timed(count, run) {
  const began = performance.now();
  const done = await run();
  if (done !== count) throw new Error(`${done} of ${count} items`);
  return ((performance.now() - began) * 1000) / count;
}

/** The best of three. @param {Parameters<typeof timed>} args */
async function best(...args) {
  const times = [];
  for (let i = 0; i < 3; i++) times.push(await timed(...args));
  return Math.min(...times);
}

/**
 * @param {{ quick: boolean }} options @param {import("../../../tools/bench/report.js").Report} report
 * @returns {Promise<Record<string, number>>}
 */
export async function batches({ quick }, report) {
  const items = Array.from({ length: quick ? 200_000 : 1_000_000 }, (_, i) => i);
  const { length } = items;
  const apus = await best(length, async () => {
    let done = 0;
    for await (const { error } of batch(items, (some) => some, { size: SIZE })) {
      if (error === undefined) done++;
    }
    return done;
  });
  const limit = pLimit(4);
  const limited = await best(
    length,
    async () => (await Promise.all(items.map((item) => limit(() => item)))).length,
  );
  const queued = await best(length, async () => {
    const queue = new PQueue({ concurrency: 4 });
    return (await queue.addAll(items.map((item) => async () => item))).length;
  });
  let calls = 0;
  const million = Array.from({ length: 1_000_000 }, (_, i) => i);
  const { errors } = await batch.all(
    million,
    (some) => {
      calls++;
      if (some.includes(765_432)) throw new Error("bad");
      return some;
    },
    { size: SIZE },
  );
  const alone = errors.length === 1 && errors[0].index === 765_432;
  report.table("batch", {
    caption: `${length.toLocaleString()} items that cost nothing, us an item. A bad record among 1,000,000 took ${calls - 1_000_000 / SIZE} calls more`,
    columns: ["", "us an item"],
    rows: [
      ["batch, 1,000 at once", apus],
      ["p-limit, one by one", limited],
      ["p-queue, one by one", queued],
    ],
  });
  return {
    batch_overhead_us_per_item: apus,
    p_limit_overhead_us_per_item: limited,
    p_queue_overhead_us_per_item: queued,
    one_bad_record_of_1m_fails_alone: Number(alone),
  };
}
