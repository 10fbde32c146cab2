export { bucketOf, slotOf, tagSlotOf } from "./bucket.js";
export { LogFollower } from "./log-follower.js";
export { parseAsOf } from "./position.js";
