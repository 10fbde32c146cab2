import assert from "node:assert/strict";
import { test } from "node:test";
import { LogFollower } from "apus/sync";
import { bucketOf, slotOf } from "../../js/sync/bucket.js";
import { TAGS } from "../../js/sync/change-log.js";
import { cursorText } from "../../js/sync/position.js";
import { until } from "../gateway/servers.js";
import { follow, Holder, startGateway } from "./world.js";

/** @param {string} text */
const value = (text) => ({ body: Buffer.from(text), type: "text/plain" });
const limits = { timeout: 60_000 };

/** A gateway with a value of "k", and somebody who holds it. @param {{ keepEvents?: number }} [options] */
async function held(options) {
  const gateway = await startGateway(options);
  await gateway.values.set("k", value("0"));
  const holder = new Holder();
  /** @type {string[]} */
  const paths = [];
  /** @type {typeof globalThis.fetch} */
  const counted = (url, init) => {
    paths.push(`${init?.method ?? "GET"} ${String(url).slice(gateway.url.length)}`);
    return fetch(url, init);
  };
  const { url } = gateway;
  const settings = { url, onChange: holder.onChange, fetch: counted };
  const follower = await follow({ ...settings, fastest: 60_000, slowest: 60_000 });
  await holder.read(follower, gateway.direct, "k");
  assert.equal(await follower.catchUp(), true);
  paths.length = 0;
  return { gateway, holder, follower, paths, settings };
}

/** Events of the log of "k" as a connection brings them. @param {Awaited<ReturnType<typeof startGateway>>} gateway @param {number} from */
async function eventsOf({ engine }, from) {
  const { events } = await engine.events(bucketOf("k"), undefined, 10_000);
  return events
    .slice(from)
    .map(({ kind, name, at, check }) => [kind, name, cursorText({ ...at, check })]);
}

test("a change is told with its position, and the positions go on behind it", limits, async () => {
  const { gateway, holder, follower } = await held();
  const before = follower.positions();
  const at = await gateway.values.set("k", value("1"));
  assert.deepEqual(follower.positions(), before);
  assert.equal(await follower.catchUp(), true);
  const [{ log, events, lost }] = holder.changes;
  assert.deepEqual([log, lost, holder.changes.length], [bucketOf("k"), false, 1]);
  const [{ kind, name, at: its }] = events;
  assert.deepEqual([kind, name, its.epoch, its.offset], ["set", "k", at?.epoch, at?.offset]);
  assert.match(follower.positions().logs[log] ?? "", new RegExp(`^${at?.epoch}:${at?.offset}:`));
  assert.equal(await follower.catchUp(), true);
  assert.equal(holder.changes.length, 1);
});

test("who reopens at its positions misses nothing and hears nothing twice", limits, async () => {
  const { gateway, holder, follower, settings } = await held();
  await gateway.values.set("k", value("1"));
  await follower.catchUp();
  const positions = JSON.parse(JSON.stringify(follower.positions()));
  follower.close();
  await gateway.values.set("k", value("2"));
  await gateway.values.invalidate(["t"]);
  const again = await follow({ ...settings, positions });
  assert.equal(await again.catchUp(), true);
  const names = holder.changes.flatMap(({ events }) => events.map(({ name }) => name));
  assert.deepEqual(names, ["k", "k", "t"]);
});

test("events of a connection count once, and a gap is filled by a question", limits, async () => {
  const { gateway, holder, follower, paths } = await held();
  for (let i = 1; i <= 4; i++) await gateway.values.set("k", value(`${i}`));
  const events = await eventsOf(gateway, 1);
  const log = bucketOf("k");
  follower.receive(log, events.slice(0, 2));
  follower.receive(log, events.slice(0, 2));
  assert.deepEqual([holder.changes.length, paths], [1, []]);
  follower.receive(log, events.slice(3)); // without the third
  await until(async () => holder.changes.length > 1, "the question");
  const offsets = holder.changes.flatMap((it) => it.events.map(({ at }) => at.offset));
  assert.deepEqual(offsets, [1, 2, 3, 4]);
});

test("what is far behind is read by chunks, which caches keep", limits, async () => {
  const { gateway, holder, follower, settings, paths } = await held();
  const positions = follower.positions();
  follower.close();
  for (let i = 1; i <= 1500; i++) await gateway.values.set("k", value(`${i}`));
  const again = await follow({ ...settings, positions });
  assert.equal(await again.catchUp(), true);
  const offsets = holder.changes.flatMap((it) => it.events.map(({ at }) => at.offset));
  assert.deepEqual(
    offsets,
    Array.from({ length: 1500 }, (_, i) => i + 1),
  );
  assert.ok(paths.filter((path) => /^GET log\/\d+\/\d+\/\d+$/.test(path)).length >= 7);
});

test("after a trim, only slots that have changed are in doubt", limits, async () => {
  const { gateway, holder, follower } = await held({ keepEvents: 10 });
  const log = bucketOf("k");
  const others = Array.from({ length: 9000 }, (_, i) => `n${i}`).filter(
    (key) => bucketOf(key) === log && slotOf(key) !== slotOf("k"),
  );
  for (const key of others.slice(0, 100)) {
    await gateway.values.set(key, value(""));
    await gateway.values.feed.catchUp(log); // or the gateway, too, would miss some
  }
  assert.equal(await follower.catchUp(), true);
  const [{ lost, slots }] = holder.changes;
  assert.equal(lost, true);
  assert.deepEqual(slots, [...new Set(others.slice(0, 100).map(slotOf))].sort());
  assert.equal(holder.entries.has("k"), true);
  await gateway.values.set("k", value("1"));
  assert.equal(await follower.catchUp(), true);
  assert.equal(holder.entries.has("k"), false);
});

test("a new epoch puts all in doubt that is as of the one before", limits, async () => {
  const { gateway, holder, follower } = await held();
  await gateway.engine.restart(bucketOf("other"));
  assert.equal(await follower.catchUp(), true);
  assert.equal(holder.entries.has("k"), true);
  await gateway.engine.restart(bucketOf("k"));
  assert.equal(await follower.catchUp(), true);
  assert.equal(holder.entries.has("k"), false);
  await holder.read(follower, gateway.direct, "k");
  await gateway.values.invalidate(["t"]); // the log of tags is not empty any more
  await gateway.engine.restart(TAGS);
  assert.equal(await follower.catchUp(), true);
  assert.equal(holder.entries.has("k"), false); // although it has no tags
  assert.equal(holder.changes.at(-1)?.prefixes, true);
});

test("an answer that a cache kept is stale once a newer change was heard", limits, async () => {
  const { gateway, holder, follower } = await held();
  const { asOf, tagsAsOf } = /** @type {import("./world.js").Entry} */ (holder.entries.get("k"));
  assert.equal(follower.stale("k", ["t"], asOf, tagsAsOf), false);
  await gateway.values.invalidate(["t"], ["kk"]);
  await follower.catchUp();
  assert.equal(follower.stale("k", ["t"], asOf, tagsAsOf), true);
  assert.equal(follower.stale("k", ["other"], asOf, tagsAsOf), false);
  assert.equal(follower.stale("kk1", [], asOf, tagsAsOf), true);
  await gateway.values.set("k", value("1"));
  await follower.catchUp();
  assert.equal(follower.stale("k", [], asOf, tagsAsOf), true);
});

test("an answer from before the start is good while its slot has not changed", limits, async () => {
  const gateway = await startGateway();
  const first = await gateway.values.set("k", value("0"));
  const log = bucketOf("k");
  const inLog = Array.from({ length: 9000 }, (_, i) => `n${i}`).filter((n) => bucketOf(n) === log);
  const other = inLog.find((key) => slotOf(key) !== slotOf("k")) ?? "";
  const at = await gateway.values.set(other, value("0"));
  await gateway.values.feed.catchUp(log);
  assert.ok(first && at);
  let asked = false;
  /** @type {typeof globalThis.fetch} */
  const noticed = async (url, init) => {
    const response = await fetch(url, init);
    asked ||= String(url).endsWith("digest");
    return response;
  };
  const follower = await follow({ url: gateway.url, onChange() {}, fetch: noticed });
  const tagsAsOf = { epoch: 0, offset: 0 };
  follower.hold(log, at, tagsAsOf);
  await until(async () => asked && !follower.stale("k", [], first, tagsAsOf), "the digest");
  assert.equal(follower.stale(other, [], first, tagsAsOf), true);
});

test("a change that the caller could not take in comes again", limits, async () => {
  const { gateway, settings, follower: first } = await held();
  let fail = true;
  /** @type {string[]} */
  const names = [];
  /** @type {(string | undefined)[]} */
  const codes = [];
  const follower = await follow({
    ...settings,
    positions: first.positions(),
    onState: ({ code }) => codes.push(code),
    onChange({ events }) {
      if (fail) throw new Error("not now");
      names.push(...events.map(({ name }) => name));
    },
  });
  await gateway.values.set("k", value("1"));
  const before = follower.positions();
  assert.equal(await follower.catchUp(), false);
  assert.deepEqual([follower.positions(), codes], [before, ["CHANGE_FAILED"]]);
  fail = false;
  await until(async () => follower.state === "up", "the next try");
  assert.deepEqual(names, ["k"]);
});

test("what is not a gateway is down with a code, and nothing throws", limits, async () => {
  const { gateway, settings, follower: first } = await held();
  /** @type {(string | undefined)[]} */
  const codes = [];
  const follower = await follow({
    ...settings,
    timeout: 500,
    positions: first.positions(),
    onState: ({ code }) => codes.push(code),
  });
  const expected = /** @type {const} */ ({
    refuse: "UNREACHABLE",
    garbage: "UNREACHABLE",
    stall: "TIMED_OUT",
    endless: "TIMED_OUT",
    html: "BAD_ANSWER",
    shape: "BAD_ANSWER",
    redirect: "REDIRECTED",
    protocol: "OTHER_PROTOCOL",
    busy: "UNAVAILABLE",
  });
  for (const [fault, code] of Object.entries(expected)) {
    gateway.proxy.fault = /** @type {any} */ (fault);
    gateway.proxy.cut();
    await until(async () => (await follower.catchUp()) === false && codes.at(-1) === code, fault);
    assert.equal(follower.state, "down");
    gateway.proxy.fault = "none";
    await until(() => follower.catchUp(), "the gateway");
    assert.equal(follower.state, "up");
  }
});

test("after close() nothing is told, and who waits is told so", limits, async () => {
  const { gateway, holder, follower } = await held();
  await gateway.values.set("k", value("1"));
  const waiting = follower.catchUp();
  follower.close();
  follower.close();
  assert.equal(await waiting, false);
  assert.equal(await follower.catchUp(), false);
  follower.receive(bucketOf("k"), []);
  assert.deepEqual(holder.changes, []);
  assert.equal(Object.keys(follower.positions().logs).length, 2);
  const at = { epoch: 1, offset: 1 };
  assert.throws(() => follower.stale("k", [], at, at), { code: "CLOSED" });
});

test("a bucket that is not held any more is not asked for", limits, async () => {
  const { gateway, holder, follower } = await held();
  follower.leave(bucketOf("k"));
  await gateway.values.set("k", value("1"));
  assert.equal(await follower.catchUp(), true);
  assert.deepEqual([holder.changes, Object.keys(follower.positions().logs)], [[], ["64"]]);
});

test("a bad option is refused before anything starts", limits, async () => {
  const onChange = () => {};
  for (const [options, message] of /** @type {[any, RegExp][]} */ ([
    [{ onChange }, /url is missing/],
    [{ url: "http://x/" }, /onChange is missing/],
    [{ url: 7, onChange }, /url must be/],
    [{ url: "http://x/", onChange, slow: 1 }, /unknown option "slow"/],
    [{ url: "http://x/", onChange, positions: { protocol: 2, logs: {} } }, /positions must be/],
    [{ url: "http://x/", onChange, positions: { protocol: 1, logs: { 99: null } } }, /positions/],
    [{ url: "http://x/", onChange, positions: { protocol: 1, logs: { 1: "x" } } }, /positions/],
  ])) {
    await assert.rejects(LogFollower.open(options), message);
  }
  const follower = await follow({ url: "http://127.0.0.1:9/", onChange });
  const at = { epoch: 1, offset: 1 };
  for (const bucket of [-1, 64, 1.5]) {
    assert.throws(() => follower.hold(bucket, at, at), RangeError);
    assert.throws(() => follower.leave(bucket), RangeError);
  }
  await assert.rejects(LogFollower.open({ url: "http://x/", onChange, fastest: -1 }), RangeError);
});
