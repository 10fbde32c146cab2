// Nothing is lost and nothing comes twice when PostgreSQL or the gateway is killed.
import assert from "node:assert/strict";
import { test } from "node:test";
import { postgresKills } from "./kills.js";
import { skip } from "./server.js";

// APUS_POSTGRES_KILLS=50 is the long form.
const kills = Number(process.env.APUS_POSTGRES_KILLS ?? 8);

test(`${kills} kills of either side lose no change and repeat none`, {
  skip,
  timeout: 60_000 + 20_000 * kills,
}, async () => {
  const figures = await postgresKills({ kills, log: (line) => kills > 8 && console.log(line) });
  console.log(JSON.stringify(figures));
  assert.equal(figures.postgres_changes_lost, 0);
  assert.equal(figures.postgres_changes_duplicated, 0);
  assert.equal(figures.postgres_kills + figures.postgres_follower_kills, kills);
});
