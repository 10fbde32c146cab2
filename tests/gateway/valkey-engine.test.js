// The engine on real servers: one node, and a cluster of six.
import { after } from "node:test";
import { ValkeyEngine } from "../../js/gateway/valkey-engine.node.js";
import { conformance } from "./conformance.js";
import { freePorts, programs, skip, startCluster, startNode } from "./servers.js";

const servers = programs
  ? { node: await startNode((await freePorts(1))[0]), cluster: await startCluster() }
  : undefined;
after(async () => {
  if (servers) await Promise.all([servers.node.kill(), servers.cluster.stop()]);
});

let runs = 0;
/** Keys of its own, so each test starts empty. */
const prefix = () => `test${++runs}`;

conformance(
  "one node",
  async (options) => new ValkeyEngine({ url: servers?.node.url, prefix: prefix(), ...options }),
  { skip },
);

conformance(
  "a cluster",
  async (options) =>
    new ValkeyEngine({
      nodes: servers?.cluster.addresses,
      prefix: prefix(),
      ...options,
    }),
  { skip },
);
