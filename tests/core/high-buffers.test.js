import { test } from "node:test";
import { raiseBuffers, rooms } from "./high.js";

await raiseBuffers();

for (const [room, works] of Object.entries(rooms))
  test(`${room} works with the bulk buffer above 2 GiB`, works);
