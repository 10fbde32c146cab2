// What the tests of apus/query use in a page: the module, and TanStack Query as applications have it.
import { QueryClient, QueryObserver } from "@tanstack/query-core";
import {
  experimental_createQueryPersister,
  persistQueryClient,
  persistQueryClientRestore,
} from "@tanstack/query-persist-client-core";
import { QueryClientProvider, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { createElement } from "react";
import { createRoot } from "react-dom/client";
import { createClientPersister, createPersister, createStorage } from "../../js/query/index.js";
import { SegmentStore } from "../../js/store/segment-store.js";

export {
  createClientPersister,
  createElement,
  createPersister,
  createRoot,
  createStorage,
  experimental_createQueryPersister,
  persistQueryClient,
  persistQueryClientRestore,
  QueryClient,
  QueryClientProvider,
  QueryObserver,
  SegmentStore,
  useInfiniteQuery,
  useQuery,
};

/**
 * A client whose queries all go through a persister, and a server that counts.
 * @param {any} options of `createPersister` @param {any} [queries] default options of queries
 */
export function open(options, queries) {
  const persister = createPersister(options);
  const { persisterFn } = persister;
  const client = new QueryClient({
    defaultOptions: { queries: { persister: persisterFn, retry: false, ...queries } },
  });
  /** @type {any[]} */
  const events = [];
  for (const type of /** @type {const} */ (["error", "degraded"])) {
    persister.addEventListener(type, ({ detail }) => events.push(`${type} ${detail.code}`));
  }
  /** @type {string[]} */
  const asked = [];
  const fetch = (/** @type {string} */ name, answer = `answer to ${name}`) =>
    client.fetchQuery({
      queryKey: [name],
      queryFn: async () => {
        asked.push(name);
        return answer;
      },
    });
  return { persister, client, events, asked, fetch };
}

/** A turn of the event loop, in which restored queries learn their ages. */
export const turn = () => new Promise((resolve) => setTimeout(resolve, 5));
