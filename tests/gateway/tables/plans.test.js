import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { test } from "node:test";
import { Plans } from "../../../js/gateway/postgres/tables/plans.node.js";

test("a server that ends while a plan is asked for ends nothing else", async () => {
  let late = () => {};
  const told = new Promise((resolve) => {
    late = () => resolve(undefined);
  });
  const client = Object.assign(new EventEmitter(), {
    query: () => Promise.reject(new Error("the server ends")),
    release(/** @type {Error} */ broken) {
      assert.equal(broken.message, "the server ends");
      setImmediate(() => {
        client.emit("error", new Error("unexpected postmaster exit")); // unheard, it ends the process
        late();
      });
    },
  });
  const pool = { ...{ totalCount: 1, idleCount: 1, waitingCount: 0 }, connect: async () => client };
  new Plans(/** @type {any} */ (pool), 0).slow("SELECT 1", []);
  const alive = setInterval(() => {}, 1000); // the plan's own timer keeps no process alive
  await told;
  clearInterval(alive);
});
