import { Cache, Sampler } from "/apus/index.js";

const options = new URL(location.href).searchParams;
if (options.has("no-fetch-later")) delete globalThis.fetchLater;
const queue = options.has("persist")
  ? await Cache.open("sampler-queue", { persist: { preload: true } })
  : undefined;
const sampler = await Sampler.start({
  endpoint: options.get("to") ?? `/batches?${options}`,
  exemplars: 50,
  transport: { queue, every: 3_600_000, credentials: options.get("credentials") || undefined },
});
Object.assign(globalThis, { sampler, queue });
sampler.track("visits", Number(options.get("n") ?? 1));
