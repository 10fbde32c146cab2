// A gateway for a test, asked without a server.
import { after } from "node:test";
import { Gateway } from "../../js/gateway/gateway.node.js";

/** @type {Gateway[]} */
const opened = [];
after(() => Promise.all(opened.map((gateway) => gateway.close())));

/** @param {import("../../js/gateway/options.node.js").GatewayOptions} [options] */
export async function open(options) {
  const gateway = await Gateway.open({ authorize: () => true, ...options });
  opened.push(gateway);
  /** @param {string} path @param {RequestInit} [init] */
  const ask = (path, init) => gateway.handle(new Request(`http://x/apus/${path}`, init));
  /** @param {string} path @param {object} body */
  const post = (path, body) => ask(path, { method: "POST", body: JSON.stringify(body) });
  return { gateway, ask, post };
}

/** Status and code of a refusal. @param {Response} response */
export const refused = async (response) => [response.status, (await response.json()).code];
