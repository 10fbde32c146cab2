import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { describe, it } from "node:test";
import { root } from "../../tools/run.js";
import { serve } from "../../tools/serve.js";
import { skip } from "../gateway/servers.js";

/** @param {Record<string, string>} env @param {string[]} args */
function start(env, ...args) {
  return new Promise((resolve) => {
    let output = "";
    const child = spawn(process.execPath, ["tools/start.js", ...args], {
      cwd: root,
      env: { ...process.env, ...env },
    });
    child.stdout.on("data", (text) => {
      output += text;
    });
    child.stderr.on("data", (text) => {
      output += text;
    });
    child.on("close", (code) => resolve({ code, output }));
  });
}

describe("npm start", () => {
  it("prints its steps, then the address, and answers there", async () => {
    const { code, output } = await start({ PORT: "0" }, "--once");
    assert.equal(code, 0, output);
    assert.match(output, /Setting up[\s\S]*Building[\s\S]*ok {2}Bundling the scripts \(\d/);
    assert.match(output, /Apus is at http:\/\/localhost:\d+\//);
  });

  it("says on what the demo of levels runs, and ends it", async () => {
    const { code, output } = await start({ PORT: "0" }, "--cluster", "--once");
    assert.equal(code, 0, output);
    const runs = skip
      ? /in this process's memory: redis-server .*not/
      : /six Redis nodes and Varnish/;
    assert.match(output, runs);
  });

  it("refuses an invalid PORT before anything else", async () => {
    const { code, output } = await start({ PORT: "eighty" });
    assert.equal(code, 1);
    assert.equal(output, 'PORT must be a number from 0 to 65535, got "eighty"\n');
  });

  it("reports that PORT is taken", async () => {
    const other = await serve();
    try {
      const { code, output } = await start({ PORT: String(other.port) }, "--once");
      assert.equal(code, 1);
      assert.match(output, new RegExp(`port ${other.port} is taken; choose another PORT`));
    } finally {
      await other.close();
    }
  });
});
