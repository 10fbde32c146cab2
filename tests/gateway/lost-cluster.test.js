// A cluster that is gone as a whole. Commands fail in their time, nothing is done late, and what is
// closed lets the process end.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { after, test } from "node:test";
import { ValkeyEngine } from "../../js/gateway/valkey-engine.node.js";
import { value } from "./conformance.js";
import { programs, skip, startCluster, timeout, until } from "./servers.js";

const cluster = programs && (await startCluster());
after(() => cluster?.stop());

const text = (/** @type {any} */ stored) => stored && new TextDecoder().decode(stored.body);

for (const [name, options] of /** @type {[string, object][]} */ ([
  ["masters", {}],
  ["replicas", { readFrom: "replicas" }],
  ["acknowledged writes", { wait: { replicas: 1, timeout: 200 } }],
])) {
  test(`${name}: commands fail while no node answers, and are not sent later`, {
    skip,
    timeout: 120_000,
  }, async () => {
    const nodes = cluster?.nodes ?? [];
    const engine = await ValkeyEngine.open({
      ...{ nodes: cluster?.addresses, prefix: name.split(" ")[0], timeout: 4000, ...options },
    });
    try {
      await until(async () => engine.write("kept", value("1")), "a write before");
      await Promise.all(nodes.map((node) => node.crash()));
      const late = Array.from({ length: 20 }, (_, i) => `late${i}`);
      // The first may notice it by their connections, the others find none.
      for (const wait of [0, 1500]) {
        await new Promise((resolve) => setTimeout(resolve, wait));
        await Promise.all(
          late.flatMap((key) => [
            assert.rejects(engine.write(key, value("late"))),
            assert.rejects(engine.read([key])),
          ]),
        );
      }
      await Promise.all(nodes.map((node) => node.restart()));
      await until(() => engine.write("kept", value("2")), "a write after", 60_000);
      assert.equal(text((await engine.read(["kept"]))[0]), "2");
      for (const key of late) assert.equal((await engine.read([key]))[0], undefined);
    } finally {
      await engine.close();
    }
  });
}

test("an engine that is closed while it looks for slots lets the process end", {
  skip,
  timeout: 120_000,
}, async () => {
  const program = `
    import { ValkeyEngine } from ${JSON.stringify(import.meta.resolve("../../js/gateway/valkey-engine.node.js"))};
    const engine = await ValkeyEngine.open(${JSON.stringify({ nodes: cluster?.addresses, timeout })});
    process.once("message", async () => {
      await engine.close();
      process.disconnect();
    });
    process.send("open");`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const ended = once(child, "exit");
  const nodes = cluster?.nodes ?? [];
  try {
    const [first] = await Promise.race([once(child, "message"), ended]);
    assert.equal(first, "open");
    for (const node of nodes) node.pause();
    await new Promise((resolve) => setTimeout(resolve, 2000)); // it has asked, and waits
    child.send("close");
    await until(async () => child.exitCode !== null, "the process to end");
    assert.deepEqual(await ended, [0, null]);
  } finally {
    for (const node of nodes) node.resume();
    child.kill("SIGKILL");
  }
});
