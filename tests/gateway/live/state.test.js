// Transactions and locks in memory, on one node, and on a cluster.
import { after } from "node:test";
import { MemoryEngine } from "../../../js/gateway/memory-engine.node.js";
import { ValkeyEngine } from "../../../js/gateway/valkey-engine.node.js";
import { value } from "../conformance.js";
import { skip, startBoth, timeout, until } from "../servers.js";
import { stateConformance } from "./state-conformance.js";

const servers = await startBoth();
after(() => servers?.stop());
let runs = 0;
/** Keys of its own, so each test starts empty. */
const prefix = () => `test${++runs}`;
const node = () => ({ timeout, url: servers?.node.url, prefix: prefix() });
const cluster = () => ({ timeout, nodes: servers?.cluster.addresses, prefix: prefix() });

stateConformance("memory", async () => new MemoryEngine());
stateConformance("one node", () => ValkeyEngine.open(node()), { skip });
stateConformance("a cluster", () => ValkeyEngine.open(cluster()), { skip });
stateConformance(
  "replicas that confirm",
  async () => {
    const engine = await ValkeyEngine.open({
      ...{ ...cluster(), wait: { replicas: 1, timeout: 5000 } },
    });
    await until(() => engine.write("warm", value("")), "the connection that waits");
    return engine;
  },
  { skip },
);
