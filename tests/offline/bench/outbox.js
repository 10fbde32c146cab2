// Mutations of a table while page, worker, gateway and database are killed: the outbox, and next to
// it Workbox's queue.
import { fork } from "node:child_process";
import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { fileURLToPath } from "node:url";
import { chromium } from "@playwright/test";
import { build } from "esbuild";
import { freePorts } from "../../../tools/ports.js";
import { root } from "../../../tools/run.js";
import { serve } from "../../../tools/serve.js";
import { findChromium } from "../../../tools/setup/chromium.js";
import { startPostgres } from "../../gateway/postgres/server.js";
import { until } from "../../gateway/servers.js";

/** @typedef {import("@playwright/test").Page} Page */
/** @typedef {{ lane: string, n: number }} Mutation */

const LANES = 20;
const TABLE = "/gateway/table/mutations";

/** What answers the page's messages, in a service worker. */
const answering = `
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("message", (event) => {
  const { data, ports: [port] } = event;
  event.waitUntil(answer(data).then((it) => port.postMessage(it), (error) => port.postMessage({ error: String(error) })));
});`;

/** The same for both: waits that a run can afford, and no limits. */
const retry = {
  ...{ fastest: 50, slowest: 500, timeout: 5000, attempts: 1e6, unanswered: 1e6 },
  budget: { capacity: 1000, perSecond: 1000 },
};

const request = `({ lane, n }) => new Request("${TABLE}", {
  method: "POST", body: JSON.stringify({ lane, n }),
  headers: { "content-type": "application/json", "idempotency-key": lane + "-" + n },
})`;

/** The workers, complete in one file each. @type {Record<string, string>} */
const workers = {
  // It sends too, whenever it has the lock.
  apus: `import { Outbox } from "./js/sync/index.js";
    const outbox = Outbox.open("bench", { lanes: 8, retry: ${JSON.stringify(retry)} });
    const answer = async () => { await (await outbox).drain(); return {}; };
    ${answering}`,
  // An answer of the server's failure counts as one of the network's, as its users write it.
  workbox: `import { Queue } from "workbox-background-sync";
    const queue = new Queue("bench", { onSync });
    async function onSync() {
      for (let entry; (entry = await queue.shiftRequest()); ) {
        try {
          const { status } = await fetch(entry.request.clone());
          if (status >= 500 || status === 409) throw new Error("status " + status);
        } catch (error) {
          await queue.unshiftRequest(entry);
          throw error;
        }
      }
    }
    const request = ${request};
    let sending;
    const answer = async ({ batch = [], left }) => {
      for (const it of batch) await queue.pushRequest({ request: request(it) });
      sending ??= onSync().catch(() => {}).finally(() => { sending = undefined; });
      return left ? { left: await queue.size() } : {};
    };
    ${answering}`,
};

/** What is opened in a page: \`keep\` resolves when a batch is on the disk. @type {Record<string, string>} */
const pages = {
  apus: `const { Outbox } = await import("/apus/sync.js");
    const outbox = await Outbox.open("bench", { lanes: 8, retry: ${JSON.stringify(retry)} });
    const request = ${request};
    globalThis.keep = (batch) => Promise.all(
      batch.map((it) => outbox.add(request(it), { lane: it.lane, key: it.lane + "-" + it.n })));
    globalThis.left = async () => (await outbox.entries()).length;`,
  workbox: `globalThis.keep = (batch) => tell({ batch });
    globalThis.left = async () => (await tell({ left: true })).left;`,
};

/** In both: the worker, and messages to it. */
const start = `
  globalThis.tell = async (message) => {
    const { active } = await navigator.serviceWorker.ready;
    const { port1, port2 } = new MessageChannel();
    const answer = new Promise((resolve) => { port1.onmessage = ({ data }) => resolve(data); });
    active.postMessage(message, [port2]);
    const { error, ...rest } = await answer;
    if (error) throw new Error(error);
    return rest;
  };
  await navigator.serviceWorker.register("/worker.js", { type: "module", scope: "/" });
  await navigator.serviceWorker.ready;`;

/** @param {string} name */
async function script(name) {
  const { outputFiles } = await build({
    stdin: { contents: workers[name], resolveDir: root },
    ...{ bundle: true, format: "esm", write: false, external: ["node:*"] },
    define: { "process.env.NODE_ENV": '"production"' },
  });
  return outputFiles[0].text.replaceAll("import.meta.url", '(location.origin + "/apus/sync.js")');
}

/** @param {string} url of PostgreSQL @param {number} port */
async function startGateway(url, port) {
  const file = fileURLToPath(new URL("./outbox-gateway.js", import.meta.url));
  const child = fork(file, [url, String(port)], { stdio: "inherit" });
  await Promise.race([once(child, "message"), once(child, "exit")]);
  return {
    async kill() {
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/**
 * @param {string} name @param {number} count of mutations @param {number} kills in turn of page,
 *   worker, gateway and database, spread over the mutations
 */
async function run(name, count, kills) {
  const database = await startPostgres();
  await database.sql("CREATE TABLE mutations (id bigserial PRIMARY KEY, lane text, n int)");
  const [port] = await freePorts(1);
  let gateway = await startGateway(database.url, port);
  const worker = await script(name);
  const server = await serve({
    handle(message, response, { pathname }) {
      if (pathname === "/worker.js") {
        response.writeHead(200, { "content-type": "text/javascript" }).end(worker);
        return true;
      }
      if (!pathname.startsWith("/gateway/")) return false;
      const { method, url: path, headers } = message;
      const onward = httpRequest({ host: "127.0.0.1", port, method, path, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.on("error", () => response.destroy());
        answer.pipe(response);
      });
      onward.on("error", () => response.destroy());
      message.pipe(onward);
      return true;
    },
  });
  const browser = await chromium.launch({
    ...{
      executablePath: findChromium(),
      args: ["--no-sandbox", "--disable-background-networking"],
    },
  });
  const context = await browser.newContext({ baseURL: server.url, serviceWorkers: "allow" });
  const open = async () => {
    const page = await context.newPage();
    await page.goto("/tests/pages/blank.html");
    await page.evaluate(`(async () => { ${start} ${pages[name]} })()`);
    return page;
  };
  let page = await open();
  /** @type {(() => Promise<unknown>)[]} */
  const killers = [
    async function killPage() {
      const crashed = page.waitForEvent("crash");
      const cdp = await context.newCDPSession(page);
      cdp.send("Page.crash").catch(() => {}); // never answered
      await crashed;
      const old = page;
      page = await open();
      await old.close();
    },
    async function killWorker() {
      const cdp = await context.newCDPSession(page);
      await cdp.send("ServiceWorker.enable");
      await cdp.send("ServiceWorker.stopAllWorkers");
      await cdp.detach();
    },
    async function killGateway() {
      await gateway.kill();
      gateway = await startGateway(database.url, port);
    },
    async function killDatabase() {
      await database.crash();
      await database.start();
    },
  ];
  /** On the page that is there now, however often it is killed. @template T @param {(page: Page) => Promise<T>} work @returns {Promise<T>} */
  const lasting = async (work) => {
    for (;;) {
      const now = page;
      const ended = new Promise((_, reject) => {
        setTimeout(() => reject(new Error("no answer")), 10_000);
        now.once("crash", () => reject(new Error("crashed")));
      });
      ended.catch(() => {});
      try {
        return /** @type {T} */ (await Promise.race([work(now), ended]));
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  };
  const left = () => lasting((page) => page.evaluate("left()"));
  try {
    const begin = performance.now();
    const size = Math.ceil(count / kills);
    for (let kill = 0, n = 0; kill < kills; kill++, n += size) {
      const batch = Array.from({ length: Math.min(size, count - n) }, (_, i) => ({
        lane: `lane ${(n + i) % LANES}`,
        n: Math.floor((n + i) / LANES),
      }));
      const kept = lasting((page) => page.evaluate((batch) => globalThis.keep(batch), batch));
      lasting((page) => page.evaluate("tell({}), 0")).catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, (kill * 37) % 400));
      await killers[kill % killers.length]();
      await kept;
      // So that all of the run is under kills, not only its beginning.
      await until(async () => (await left()) <= 2 * size, "some that were sent", 600_000);
    }
    await until(async () => (await left()) === 0, "an empty outbox", 600_000);
    const seconds = (performance.now() - begin) / 1000;
    const rows = await database.sql("SELECT lane, n FROM mutations ORDER BY id");
    return { ...judged(/** @type {Mutation[]} */ (rows), count), seconds, count, kills };
  } finally {
    await browser.close();
    await server.close();
    await gateway.kill();
    await database.stop();
  }
}

/** @param {Mutation[]} rows in the order of their application @param {number} count */
function judged(rows, count) {
  const times = new Map();
  const last = new Map();
  let violations = 0;
  for (const { lane, n } of rows) {
    const key = `${lane} ${n}`;
    times.set(key, (times.get(key) ?? 0) + 1);
    if (n <= (last.get(lane) ?? -1)) violations++;
    last.set(lane, n);
  }
  const all = [...times.values()];
  const once = all.filter((count) => count === 1).length;
  return {
    once: (100 * once) / count,
    lost: count - all.length,
    twice: all.length - once,
    violations,
  };
}

/**
 * @param {{ quick: boolean }} options @param {import("../../../tools/bench/report.js").Report} report
 * @returns {Promise<Record<string, number>>}
 */
export async function outbox({ quick }, report) {
  const apus = quick ? await run("apus", 400, 8) : await run("apus", 10_000, 100);
  const workbox = quick ? await run("workbox", 200, 8) : await run("workbox", 2000, 40);
  report.table("outbox", {
    caption:
      "Inserts through the gateway into PostgreSQL, while page, worker, gateway and database are killed in turn",
    columns: ["", "Apus", "Workbox's queue"],
    rows: [
      ["mutations", apus.count, workbox.count],
      ["kills", apus.kills, workbox.kills],
      ["applied once, %", apus.once, workbox.once],
      ["lost", apus.lost, workbox.lost],
      ["applied twice", apus.twice, workbox.twice],
      ["out of their lane's order", apus.violations, workbox.violations],
      ["seconds", apus.seconds, workbox.seconds],
    ],
  });
  return { mutations_applied_once_pct: apus.once, lane_order_violations: apus.violations };
}
