// Kills of PostgreSQL and of its follower in a process of their own: they are written as a test, which
// reports when its process ends.
import { postgresKills } from "../../gateway/postgres/kills.js";
import { answer } from "./child.js";

answer({ begin: () => undefined, kill: (kills) => postgresKills({ kills }) });
