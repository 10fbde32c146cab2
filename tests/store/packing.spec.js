// Many records at once are packed in a worker, and the store works without it.
import { expect, test } from "./fixture.js";

const COUNT = 5000;

/** Defines the tests' shared functions in the page. */
const setup = (count) => {
  globalThis.valueFor = (i) =>
    i % 50 === 0
      ? Uint8Array.of(i, i >> 8, 7)
      : { i, text: `名前 é ${"lorem ipsum dolor ".repeat(20)}`, list: [i, i + 1] };
  globalThis.fill = (store) => {
    for (let i = 0; i < count; i++) {
      const tags = i % 3 ? [] : [`tag ${i % 4}`, "third"];
      store.put(`key ${i}`, valueFor(i), { tags, priority: (i % 5) - 2, expiresAt: 9e12 + i });
    }
  };
  globalThis.wrong = async (store) => {
    const all = new Map();
    for await (const rows of store.readAll()) for (const [key, row] of rows) all.set(key, row);
    const text = (row) =>
      row &&
      JSON.stringify([
        [...(row.value?.values?.() ?? [row.value])],
        row.tags,
        row.priority,
        row.expiresAt,
      ]);
    const wrong = [];
    for (let i = 0; i < count; i++) {
      const tags = i % 3 ? [] : [`tag ${i % 4}`, "third"];
      const row = { value: valueFor(i), tags, priority: (i % 5) - 2, expiresAt: 9e12 + i };
      if (text(all.get(`key ${i}`)) !== text(row)) wrong.push(i);
    }
    return wrong;
  };
  globalThis.open = async (name, options) => {
    const { SegmentStore } = await import("/store/segment-store.js");
    return SegmentStore.open(name, options);
  };
};

async function reopened(page, name) {
  await page.reload();
  await page.evaluate(setup, COUNT);
  return page.evaluate(async (name) => wrong(await open(name)), name);
}

for (const dictionary of [false, true]) {
  test(`a worker packs many records at once${dictionary ? ", with a dictionary" : ""}`, async ({
    page,
  }) => {
    await page.evaluate(setup, COUNT);
    await page.evaluate(
      async ({ dictionary }) => {
        const NativeWorker = Worker;
        globalThis.segments = 0;
        globalThis.Worker = class extends NativeWorker {
          constructor(...args) {
            super(...args);
            this.addEventListener("message", ({ data }) => {
              if (data?.segment) segments += 1;
            });
          }
        };
        const store = await open("many", { dictionary });
        // The worker starts in the first round, and is there in some round after it.
        for (let round = 0; round < 20 && segments < 3; round++) {
          fill(store);
          if (!(await store.flush())) throw new Error("not flushed");
        }
      },
      { dictionary },
    );
    expect(await page.evaluate(() => segments)).toBeGreaterThan(2);
    expect(page.workers().length).toBe(1);
    expect(await reopened(page, "many")).toEqual([]);
  });
}

/** Workers that fail. */
const broken = {
  "it is not available": () => {
    globalThis.Worker = undefined;
  },
  "it may not start": () => {
    globalThis.Worker = class {
      constructor() {
        throw new DOMException("no", "SecurityError");
      }
    };
  },
  "it cannot be loaded": () => {
    globalThis.Worker = class {
      postMessage() {
        setTimeout(() => this.onerror(new Event("error", { cancelable: true })), 5);
      }
      terminate() {}
    };
  },
  "it answers without a segment": () => {
    globalThis.Worker = class {
      postMessage(message) {
        const data = message.laid
          ? { batch: message.batch, buffer: message.laid.bytes.buffer }
          : undefined;
        setTimeout(() => this.onmessage({ data }));
      }
      terminate() {}
    };
  },
  "it stops answering": () => {
    globalThis.Worker = class {
      postMessage(message, transfer) {
        structuredClone(message, { transfer });
        globalThis.sent = (globalThis.sent ?? 0) + Boolean(message.laid);
        if (!message.laid) setTimeout(() => this.onmessage({}));
      }
      terminate() {}
    };
  },
};

for (const [what, replace] of Object.entries(broken)) {
  test(`nothing depends on the worker: ${what}`, async ({ page }) => {
    await page.evaluate(setup, COUNT);
    await page.evaluate(replace);
    const done = await page.evaluate(async () => {
      const store = await open("broken");
      fill(store);
      await store.flush();
      store.put("late", 1);
      fill(store);
      return [await store.flush(), store.stats.waiting, store.stats.degraded];
    });
    expect(done).toEqual([true, 0, undefined]);
    expect(await reopened(page, "broken")).toEqual([]);
  });
}

test("batches at the worker survive when the page is left", async ({ page }) => {
  await page.evaluate(setup, COUNT);
  await page.evaluate(broken["it stops answering"]);
  await page.evaluate(async () => {
    const store = await open("left");
    store.put("first", 1);
    fill(store);
    const sentMoreThan = async (count) => {
      while (!(globalThis.sent > count)) await new Promise((resolve) => setTimeout(resolve));
    };
    await sentMoreThan(0); // the worker has started
    const before = sent;
    fill(store);
    void store.flush();
    await sentMoreThan(before);
  });
  expect(await page.evaluate(() => sent)).toBeGreaterThan(0);
  await expect.poll(() => reopened(page, "left")).toEqual([]);
});

test("a page in the background stops the worker, and later starts one again", async ({ page }) => {
  await page.evaluate(setup, COUNT);
  const round = () =>
    page.evaluate(async () => {
      const store = await open("background");
      fill(store);
      await store.flush();
      fill(store);
      return store.flush();
    });
  expect(await round()).toBe(true);
  await expect.poll(() => page.workers().length).toBe(1);
  await page.evaluate(() => {
    Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await expect.poll(() => page.workers().length).toBe(0);
  await page.evaluate(() => {
    delete document.visibilityState;
    document.dispatchEvent(new Event("visibilitychange"));
  });
  expect(await round()).toBe(true);
  await expect.poll(() => page.workers().length).toBe(1);
  expect(await reopened(page, "background")).toEqual([]);
});
