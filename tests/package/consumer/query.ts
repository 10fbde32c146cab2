// TanStack Query with apus/query, as a TypeScript user writes it.
import { QueryClient, QueryObserver } from "@tanstack/query-core";
import {
  experimental_createQueryPersister,
  type Persister,
} from "@tanstack/query-persist-client-core";
import { queryOptions, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { createClientPersister, createPersister, createStorage } from "apus/query";

const persister = createPersister({
  maxAge: 1000,
  buster: "1",
  filter: ({ queryKey }) => queryKey[0] !== "secret",
  store: { maxDiskBytes: 1e7 },
});
const { persisterFn } = persister;
const queryClient = new QueryClient({ defaultOptions: { queries: { persister: persisterFn } } });

export const numbers = queryOptions({
  queryKey: ["numbers"],
  queryFn: async (): Promise<number[]> => [1],
  persister: persisterFn,
});
export const useNumbers = () => useQuery(numbers).data?.[0].toFixed();
export const useFeed = () =>
  useInfiniteQuery({
    queryKey: ["feed"],
    queryFn: async ({ pageParam }) => pageParam + 1,
    initialPageParam: 0,
    getNextPageParam: (last: number) => last,
  });
new QueryObserver(queryClient, numbers).destroy();

const stop: () => void = persister.follow(queryClient);
stop();
const restored: Promise<number> = persister.restoreQueries(queryClient, { queryKey: ["numbers"] });
const written: Promise<boolean> = persister.persistQueryByKey(["numbers"], queryClient);
const query = queryClient.getQueryCache().find({ queryKey: ["numbers"] });
if (query) void persister.persistQuery(query);
persister.addEventListener("degraded", ({ detail }) => detail.code.toUpperCase());
// @ts-expect-error an unknown event
persister.addEventListener("degrade", () => {});
// @ts-expect-error an unknown option
createPersister({ maxage: 1 });

const clientPersister = createClientPersister({ name: "client" });
export const persistable: Persister = clientPersister;
const storage = createStorage();
experimental_createQueryPersister({ storage });
void [restored, written];
