// The command apus-gateway.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { test } from "node:test";
import { freePorts } from "../../tools/ports.js";
import { skip, startNode, until } from "./servers.js";

const bin = new URL("../../js/gateway/bin.node.js", import.meta.url).pathname;

/** @param {string[]} args @param {Record<string, string>} [env] */
function start(args, env) {
  const child = spawn(process.execPath, [bin, ...args], { env: { ...process.env, ...env } });
  const output = { out: "", err: "" };
  child.stdout.on("data", (data) => {
    output.out += data;
  });
  child.stderr.on("data", (data) => {
    output.err += data;
  });
  const ended = new Promise((resolve) => child.once("close", resolve));
  const url = () => until(async () => /http:\S+(?=\/\n)/.exec(output.out)?.[0], "the address");
  return { child, output, ended, url };
}

test("it serves, takes changes with the token, and stops at a signal", {
  timeout: 60_000,
}, async () => {
  const { child, output, ended, url } = start(["--port", "0"], { APUS_TOKEN: "secret" });
  const at = `${await url()}/apus/k/a`;
  assert.equal((await fetch(at, { method: "PUT", body: "1" })).status, 403);
  const headers = { authorization: "Bearer secret" };
  assert.equal((await fetch(at, { method: "PUT", body: "1", headers })).status, 204);
  assert.equal(await (await fetch(at)).text(), "1");
  child.kill("SIGTERM");
  assert.equal(await ended, 0);
  assert.equal(output.err, "");
});

test("an engine that is not there ends it with 1, and --wait waits", {
  skip,
  timeout: 60_000,
}, async () => {
  const [port] = await freePorts(1);
  const engine = ["--port", "0", "--engine", `redis://127.0.0.1:${port}`];
  const failed = start(engine);
  assert.equal(await failed.ended, 1);
  assert.match(
    failed.output.err,
    new RegExp(`^apus-gateway: no answer from 127\\.0\\.0\\.1:${port}: `),
  );
  const waiting = start([...engine, "--wait"]);
  await until(async () => waiting.output.err.includes("waiting"), "the first try");
  const node = await startNode(port);
  const at = await waiting.url();
  assert.equal((await fetch(`${at}/apus/health`)).status, 200);
  waiting.child.kill("SIGTERM");
  assert.equal(await waiting.ended, 0);
  await node.kill();
});

test("bad arguments end it with 1 and name themselves", { timeout: 60_000 }, async () => {
  for (const [args, message] of /** @type {[string[], RegExp][]} */ ([
    [["--port", "x"], /--port must be a port, got x/],
    [["--prot", "1"], /--prot/],
    [["--engine", "localhost"], /url must be a URL/],
    [["--config", "none.js"], /none\.js/],
  ])) {
    const { ended, output } = start(args);
    assert.equal(await ended, 1);
    assert.match(output.err, message);
  }
});
