// Who is let in, for how long, and what they may do.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Client, open, until } from "./client.js";

const channels = { "**": { presence: true } };

test("a token decides who is let in", async () => {
  /** @type {any[]} */
  const seen = [];
  const { url } = await open({
    channels,
    authenticate: async (token, request) => {
      assert.ok(request instanceof Request && request.method === "GET");
      seen.push([token, new URL(request.url).pathname, request.headers.get("x-a")]);
      if (token !== "good") throw new Error("secret");
      return { id: "ann" };
    },
  });
  const good = await Client.open(url, { token: "good", headers: { "x-a": "1" } });
  assert.match((await good.hear("welcome"))[1].member, /^ann\/[\w-]{12}$/);
  assert.deepEqual(seen, [["good", "/apus/live", "1"]]);
  for (const token of ["bad", null]) {
    const other = await Client.open(url, { token });
    assert.deepEqual(await other.end(), { code: 4401, reason: "the token is refused" });
  }
});

test("a client of another protocol is told which one is spoken", async () => {
  const { url } = await open({ channels });
  const client = await Client.open(url, { hello: false });
  client.say(["hello", 2, null, {}]);
  assert.deepEqual(await client.end(), { code: 4406, reason: "supported: 1-1" });
});

test("a token that ends is told in time, and ends the connection unless it is renewed", async () => {
  const { url } = await open({
    channels,
    authenticate: (token) => ({ id: "ann", expiresAt: Date.now() + Number(token) }),
  });
  const [stays, goes] = [
    await Client.open(url, { token: "2000" }),
    await Client.open(url, { token: "2000" }),
  ];
  const [, ms] = await stays.hear("expiring");
  assert.ok(ms > 0 && ms <= 2000, `${ms}`);
  stays.say(["auth", "60000"]);
  assert.deepEqual(await goes.end(), { code: 4401, reason: "the token has expired" });
  await stays.ask("presence", { channel: "c" });
  assert.equal(stays.closed, undefined);
  assert.equal((await stays.hear("welcome"))[1].expiresAt > Date.now(), false);
  const late = await Client.open(url, { token: "-1" });
  assert.equal((await late.end()).code, 4401);
});

test("a renewed token of another user, or a bad one, ends the connection", async () => {
  const { url } = await open({
    channels,
    authenticate: (token) => {
      if (token === "bad") throw new Error("no");
      return { id: token ?? "" };
    },
  });
  for (const [token, code] of [
    ["bob", 4403],
    ["bad", 4401],
  ]) {
    const client = await Client.open(url, { token: "ann" });
    client.say(["auth", token]);
    assert.equal((await client.end()).code, code);
  }
});

test("authorize decides for each channel, and again for a renewed token", async () => {
  /** @type {any[]} */
  const asked = [];
  const { url, live } = await open(
    {
      channels: { "**": { presence: true } },
      authenticate: (token) => ({ id: "ann", may: String(token).split(",") }),
    },
    {
      authorize: (request, action, user) => {
        asked.push([action.kind, action.channel, user?.id, request.method]);
        return /** @type {any} */ (user).may.includes(`${action.kind}:${action.channel}`);
      },
    },
  );
  const client = await Client.open(url, { token: "subscribe:a,subscribe:b,publish:b,log:3" });
  await client.subscribe("a");
  await client.subscribe("b");
  await client.subscribe("#log:3");
  client.say(["sub", "c", "c", null], ["sub", "#presence:a", "#presence:a", null]);
  assert.equal((await client.hear("no-sub", ([, sub]) => sub === "c"))[2], "FORBIDDEN");
  assert.equal((await client.hear("no-sub", ([, sub]) => sub !== "c"))[2], "FORBIDDEN");
  const publish = (/** @type {string} */ channel) =>
    client.ask("publish", { channel, type: "t", publisher: "p", seq: 1 });
  assert.equal((await publish("a"))[0], "FORBIDDEN");
  assert.equal((await publish("b")).offset, 0);
  for (const kind of ["tail", "presence", "enter"]) {
    assert.equal((await client.ask(kind, { channel: "a" }))[0], "FORBIDDEN");
  }
  assert.deepEqual(asked[0], ["subscribe", "a", "ann", "GET"]);
  assert.ok(asked.some(([kind, channel]) => kind === "presence" && channel === "a"));
  client.say(["auth", "subscribe:b,publish:b"]);
  const lost = await client.hear("no-sub", ([, sub]) => sub === "a");
  assert.deepEqual(lost, ["no-sub", "a", "FORBIDDEN", "not allowed: subscribe"]);
  await live.publish("a", "t", 1);
  await live.publish("b", "t", 2);
  await until(() => client.events("b").length === 2, "the event that it may have");
  assert.equal(client.events("a").length, 0);
});

test("without authorize, declared channels may be heard, and written when they say so", async () => {
  const { url, live } = await open({ channels: { "open:*": { write: true }, "news:*": {} } });
  const client = await Client.open(url);
  const ask = async (/** @type {string} */ kind, /** @type {string} */ channel) => {
    const args = { channel, type: "t", publisher: "p", seq: 1 };
    const answer = await client.ask(kind, args);
    return Array.isArray(answer) ? answer[0] : "yes";
  };
  assert.equal(await ask("publish", "open:1"), "yes");
  assert.equal(await ask("publish", "news:1"), "FORBIDDEN");
  assert.equal(await ask("publish", "other"), "FORBIDDEN");
  assert.equal(await ask("tail", "news:1"), "yes");
  assert.equal(await ask("tail", "other"), "FORBIDDEN");
  assert.equal(await ask("enter", "news:1"), "FORBIDDEN");
  client.say(["sub", "other", "other", null]);
  assert.equal((await client.hear("no-sub"))[2], "FORBIDDEN");
  assert.ok(await live.publish("news:1", "t"));
  await assert.rejects(live.publish("other", "t"), { code: "FORBIDDEN" });
});

test("cookies of pages of other origins do not count", async () => {
  /** @type {any[]} */
  const seen = [];
  const { url } = await open({
    channels,
    origins: ["https://good.example"],
    authenticate: (_, { headers }) => {
      seen.push(headers.get("cookie"));
      return {};
    },
  });
  for (const origin of ["https://evil.example", "https://good.example", url]) {
    const client = await Client.open(url, { headers: { cookie: "a=1", origin } });
    await client.hear("welcome");
  }
  assert.deepEqual(seen, [null, "a=1", "a=1"]);
});

test("who says nothing is asked, and who does not answer is gone", async () => {
  const { url, live } = await open({ channels, heartbeat: 60 });
  const client = await Client.open(url);
  await client.hear("ping");
  client.lives = false;
  assert.equal((await client.end()).code, 4409);
  assert.equal(live.sessions.size, 0);
});

test("a ping is answered, and who never says hello is let go", async () => {
  const { url, live } = await open({ channels, heartbeat: 100 });
  const client = await Client.open(url);
  client.say(["ping"]);
  await client.hear("pong");
  live.patience = 50;
  const silent = await Client.open(url, { hello: false });
  assert.deepEqual(await silent.end(), { code: 4400, reason: "no hello" });
});

test("a client that is back has the same id, at the cost of its old connection", async () => {
  const { url } = await open({ channels });
  const first = await Client.open(url);
  const [, { session, member }] = await first.hear("welcome");
  const second = await Client.open(url, { session });
  const [, again] = await second.hear("welcome");
  assert.deepEqual([again.session, again.member], [session, member]);
  assert.equal((await first.end()).code, 4409);
  const other = await Client.open(url, { session: "short" });
  assert.notEqual((await other.hear("welcome"))[1].session, "short");
});
