// The reference collector, started for a test.
import { after } from "node:test";
import { collect } from "../../tools/collector.js";

/** @type {(() => unknown)[]} */
export const open = [];
after(async () => {
  for (const close of open) await close();
});

export async function start() {
  const collector = await collect();
  open.push(() => collector.close());
  return collector;
}

/** @param {string} url @param {unknown} body */
export function post(url, body) {
  return fetch(`${url}/batches`, {
    method: "POST",
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

const empty = { offset: 0, counts: [] };

export const batch = {
  apus: 1,
  id: "v.1",
  visit: "v",
  seq: 1,
  start: 1,
  at: 2,
  service: "s",
  series: [
    {
      name: "api",
      tags: {},
      histogram: {
        count: 1,
        sum: 1,
        min: 1,
        max: 1,
        zeros: 0,
        positive: { offset: -1, counts: [1] },
        negative: empty,
      },
    },
  ],
  vitals: [],
};
