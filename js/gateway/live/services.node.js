import { integerIn } from "../../core/check.js";
import { jsonOf, Refusal } from "../requests.node.js";
import { frameOf } from "./frame.node.js";
import { bearer } from "./http.node.js";
import { Registry } from "./registry.node.js";
import { textOf } from "./requests.node.js";

/** @typedef {import("./live.node.js").Live} Live */

const LEASE = 15_000; // ms, when a service does not say
const leaseCheck = integerIn(1000, 3_600_000);

/**
 * The registry of a gateway with `live`: what clients may ask and what they are told. `services` must be
 * allowed, for the name of the service: to ask, and to hear of it; of failovers, for the empty name.
 *
 *     ask services { service } -> { services: [{ service, id, url, weight, meta, since }] }
 *     ["node", "scaled" | "node-failed" | "failover", detail]
 *
 * @param {Live} live @param {import("../feed.node.js").Feed} feed
 * @param {import("./registry-options.node.js").RegistryOptions} options
 */
export async function openRegistry(live, feed, { lease, ...own }) {
  /** @type {import("./registry.node.js").Tell} */
  const tell = (type, detail) => {
    const frame = frameOf([["node", type, detail]]);
    for (const session of live.sessions) {
      if (!session.user) continue;
      live.permits(session.request, "services", String(detail.service ?? ""), session.user).then(
        (allowed) => allowed && session.send(frame),
        () => {}, // what authorize throws is a no
      );
    }
  };
  const registry = await Registry.open(live.engine, feed, { lease, tell });
  live.kinds.set("services", async (session, args) => {
    const service = textOf(args.service, "service", 128);
    await live.allow(session, "services", service);
    return { services: await registry.services(service) };
  });
  try {
    await registry.register({ ...own, service: "gateway", id: live.id });
    return registry;
  } catch (error) {
    await registry.close();
    throw error;
  }
}

/**
 * The registry over HTTP, for services in any language.
 *
 *     POST    services             { service, id, url, weight?, meta?, lease? }: 204; again within `lease` ms
 *     DELETE  services/<id>        204
 *     GET     services/<service>   { "services": […] }
 * @param {Live} live @param {Request} request @param {string} path
 */
export async function servicesOverHttp(live, request, path) {
  const registry = /** @type {Registry} */ (live.registry);
  const { method } = request;
  const user = await bearer(live, request);
  const allow = async (/** @type {string} */ kind, /** @type {string} */ name) => {
    if (await live.permits(request, kind, name, user)) return;
    throw new Refusal(403, "FORBIDDEN", `not allowed: ${kind}`);
  };
  const [, text, ...more] = path.split("/");
  const name = text === undefined ? undefined : decoded(text);
  if (more.length > 0 || name === "") throw new Refusal(404, "NOT_FOUND", "there is nothing here");
  if (method === "POST" && name === undefined) {
    const { lease = LEASE, ...registration } = await jsonOf(request, { body: 16_384 });
    await allow("service", String(registration.service));
    try {
      leaseCheck(lease, "lease");
      await registry.renew(/** @type {any} */ (registration), Number(lease));
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
      throw new Refusal(400, "BAD_SERVICE", error.message);
    }
    return new Response(null, { status: 204 });
  }
  if (method === "DELETE" && name !== undefined) {
    await allow("service", name);
    if (await registry.leave(name)) return new Response(null, { status: 204 });
    throw new Refusal(404, "NOT_FOUND", "no such service is registered");
  }
  if (!/^(?:GET|HEAD)$/.test(method) || name === undefined) {
    const methods = name === undefined ? "POST" : "GET, HEAD, DELETE";
    throw new Refusal(405, "METHOD_NOT_ALLOWED", `allowed here: ${methods}`, { allow: methods });
  }
  await allow("services", name);
  const services = await registry.services(name);
  return Response.json({ services }, { headers: { "cache-control": "no-store" } });
}

/** @param {string} text */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Refusal(400, "BAD_SERVICE", "the name must be percent-encoded UTF-8");
  }
}
