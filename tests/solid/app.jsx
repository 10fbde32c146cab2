// The page of the tests: every part of apus/solid.
import { Cache, Sampler as Facade } from "apus";
import {
  createCached,
  createVirtualList,
  createVital,
  Lazy,
  List,
  lazyRoute,
  Sampler,
} from "apus/solid";
import {
  createContext,
  createSignal,
  ErrorBoundary,
  For,
  onCleanup,
  Show,
  Suspense,
  useContext,
} from "solid-js";
import { createStore } from "solid-js/store";
import { hydrate, render } from "solid-js/web";
import { Page } from "./page.jsx";

const Theme = createContext("none");
const counts = { mounted: 0, disposed: 0 };
const people = (count, from = 0) =>
  Array.from({ length: count }, (_, i) => ({ id: from + i, name: `Person ${from + i}` }));

function Row(props) {
  const theme = useContext(Theme);
  const [clicks, setClicks] = createSignal(0);
  counts.mounted++;
  onCleanup(() => counts.disposed++);
  return (
    <button type="button" data-id={props.person.id} onClick={() => setClicks(clicks() + 1)}>
      {props.index}: {props.person.name}, {theme()}, {clicks()} clicks
    </button>
  );
}

const apps = {
  list(root) {
    const [each, setEach] = createSignal(people(10_000));
    const [theme, setTheme] = createSignal("light");
    const [settings, setSettings] = createSignal({});
    const [shown, setShown] = createSignal(true);
    let element;
    const ranges = [];
    const dispose = render(
      () => (
        <Theme.Provider value={theme}>
          <Show when={shown()}>
            <List
              ref={element}
              class="people"
              aria-label="People"
              each={each()}
              keyOf={(person) => person.id}
              fallback={<p>Nobody</p>}
              stickToEnd={settings().stickToEnd}
              gap={settings().gap}
              onRangeChange={({ detail }) => ranges.push(detail.first)}
            >
              {(person, index) => <Row person={person()} index={index()} />}
            </List>
          </Show>
        </Theme.Provider>
      ),
      root,
    );
    return {
      counts,
      ranges,
      people,
      each,
      setEach,
      setTheme,
      setSettings,
      setShown,
      dispose,
      get list() {
        return element;
      },
    };
  },
  failing(root) {
    const dispose = render(
      () => (
        <ErrorBoundary fallback={(error) => <p id="caught">{error.message}</p>}>
          <List each={[1, 2, 3]}>
            {(item) => {
              if (item() === 2) throw new Error("no row 2");
              return <p>{item()}</p>;
            }}
          </List>
        </ErrorBoundary>
      ),
      root,
    );
    return { dispose };
  },
  store(root) {
    const [state, setState] = createStore({ items: people(50) });
    const dispose = render(
      () => <List each={state.items}>{(person) => <p>{person().name}</p>}</List>,
      root,
    );
    return { setState, dispose };
  },
  headless(root) {
    const [rows, setRows] = createSignal(10_000);
    let list;
    const dispose = render(() => {
      list = createVirtualList({ rows, estimate: 30 });
      return (
        <div class="scroller" tabindex="0" ref={list.scroller}>
          <div ref={list.content}>
            <For each={list.rows()}>
              {(row) => (
                <p
                  ref={row.ref}
                  style={{ top: `${row.start}px`, height: `${24 + (row.index % 7) * 20}px` }}
                >
                  Row {row.index}
                </p>
              )}
            </For>
          </div>
        </div>
      );
    }, root);
    return { list, setRows, dispose };
  },
  async cached(root) {
    const cache = await Cache.open("solid", { maxEntries: 10 });
    const [key, setKey] = createSignal("a");
    const loads = [];
    let failing = false;
    const load = async (key) => {
      loads.push(key);
      if (failing) throw new Error("offline");
      return `${key} ${loads.length}`;
    };
    function View() {
      const [value] = createCached(cache, key, load);
      return <p id="value">{value()}</p>;
    }
    const dispose = render(
      () => (
        <ErrorBoundary fallback={(error) => <p id="caught">{error.message}</p>}>
          <Suspense fallback={<p id="waiting">…</p>}>
            <View />
            <View />
          </Suspense>
        </ErrorBoundary>
      ),
      root,
    );
    return {
      cache,
      setKey,
      loads,
      dispose,
      fail: () => {
        failing = true;
      },
    };
  },
  lazy(root) {
    let left = 1;
    const Route = lazyRoute(
      async () => {
        if (left-- > 0) throw new Error("a bad deploy");
        return { default: (props) => <p id="route">Hello {props.name}</p> };
      },
      { retries: 0 },
    );
    let fails = 1;
    const dispose = render(
      () => (
        <>
          <ErrorBoundary
            fallback={(error, reset) => (
              <button type="button" id="reset" onClick={reset}>
                {error.message}
              </button>
            )}
          >
            <Suspense fallback="…">
              <Route name="world" />
            </Suspense>
          </ErrorBoundary>
          <Lazy
            id="below"
            load={async () => {
              if (fails-- > 0) throw new Error("gone");
              return { Chart: (props) => <p id="chart">Chart of {props.of}</p> };
            }}
            options={{ retries: 0 }}
            when="interaction"
            fallback={<p id="placeholder">A chart</p>}
            error={(error, retry) => (
              <button type="button" id="retry" onClick={retry}>
                {error.message}
              </button>
            )}
          >
            {({ Chart }) => <Chart of="rain" />}
          </Lazy>
        </>
      ),
      root,
    );
    return { dispose };
  },
  async sampler(root) {
    const sampler = await Facade.start();
    const dispose = render(() => {
      const fcp = createVital(sampler, "FCP");
      return (
        <>
          <p id="fcp">{fcp()?.rating ?? "none"}</p>
          <Sampler sampler={sampler} aria-label="Vitals" />
        </>
      );
    }, root);
    return { sampler, dispose };
  },
  hydrated(root) {
    window._$HY ??= { events: [], completed: new WeakSet(), r: {} };
    const rows = [];
    const dispose = hydrate(() => <Page onRow={(row) => rows.push(row)} />, root);
    return { rows, dispose };
  },
};

const name = location.hash.slice(1);
window.app = await apps[name](document.getElementById("root"));
window.ready = true;
