// A gateway with `live` where the package ws is not installed.
import assert from "node:assert/strict";
import { register } from "node:module";
import { test } from "node:test";
import { Gateway } from "../../../js/gateway/gateway.node.js";
import { serve } from "../../../js/gateway/serve.node.js";

const hooks = `export const resolve = (name, context, next) => {
  if (name === "ws") throw Object.assign(new Error("no ws"), { code: "ERR_MODULE_NOT_FOUND" });
  return next(name, context);
};`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);

test("without ws, a gateway with live says what is missing", async () => {
  const gateway = await Gateway.open({ live: { channels: { "*": {} } } });
  await assert.rejects(serve(gateway), { code: "NO_SERVER", message: /npm install ws/ });
  await gateway.close();
});

test("without ws, a gateway without live is served", async () => {
  const server = await serve(await Gateway.open({}));
  assert.equal((await fetch(`${server.url}/apus/health`)).status, 200);
  await server.stop({ grace: 0 });
});
