// Runs a facade's calls on a thread of its own. The first message is the compiled module.
import { Host } from "./host.js";

const SLICE = 50; // ms until messages are read, such as an abort

/** @type {Promise<Host>} */ let host;
/** Of calls that wait or run. @type {Map<number, { aborted: boolean }>} */
const running = new Map();

/** The buffers that move instead of being copied. @param {unknown} value @returns {ArrayBuffer[]} */
function transfers(value) {
  if (ArrayBuffer.isView(value)) return [/** @type {ArrayBuffer} */ (value.buffer)];
  return value !== null && typeof value === "object" ? Object.values(value).flatMap(transfers) : [];
}

/** @param {MessageEvent} message */
globalThis.onmessage = async ({ data }) => {
  if (data instanceof WebAssembly.Module) {
    host = Host.start(data, SLICE);
    return;
  }
  const { id, name, args, abort } = data;
  if (abort) {
    const call = running.get(id);
    if (call) call.aborted = true;
    return;
  }
  const call = { aborted: false };
  running.set(id, call);
  try {
    const value = await (await host).call(name, args, {
      isAborted: () => call.aborted,
      onProgress: (progress) => postMessage({ id, progress }),
    });
    postMessage({ id, value }, { transfer: transfers(value) });
  } catch (error) {
    const { name, code, message, cause } = /** @type {any} */ (error);
    postMessage({ id, error: { name, code, message, cause } });
  } finally {
    running.delete(id);
  }
};
