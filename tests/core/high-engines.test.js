import { test } from "node:test";
import { raiseEngines, rooms } from "./high.js";

await raiseEngines();

for (const [room, works] of Object.entries(rooms))
  test(`${room} works with its engines above 2 GiB`, works);
