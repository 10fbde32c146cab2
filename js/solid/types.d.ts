import type { Accessor, JSX } from "solid-js";
import type { ApusList, ApusSampler } from "../elements/index.js";
import type { ApusListEventMap, ApusSamplerEventMap } from "../elements/types/event-maps.js";
import type { LazyOptions } from "../lazy/load/options.js";
import type { Align, Source } from "../list/index.js";

type Handlers<Events, Names extends Record<string, keyof Events>> = {
  [Prop in keyof Names]?: (event: Events[Names[Prop]]) => void;
};

/** The props of `<List>`. Others go to the element: `class`, `style`, `ref`, `aria-label`. */
export interface ListProps<Item>
  extends Handlers<
      ApusListEventMap,
      {
        onRangeChange: "rangechange";
        onReachStart: "reachstart";
        onReachEnd: "reachend";
        onReorder: "reorder";
        onFind: "find";
        onCopied: "copied";
        onSelectionChange: "selectionchange";
        onError: "error";
      }
    >,
    Omit<JSX.HTMLAttributes<ApusList<Item>>, "children" | "onError" | "onSelectionChange"> {
  /** The data: an array, or a store's. Undefined and null stand for none. */
  each?: readonly Item[] | null;
  /** Data that loads by pages, instead of `each`. */
  source?: Source<Item>;
  /** Renders a row. Both accessors change while the row lives; it lives as long as its key is in view. */
  children: (item: Accessor<Item>, index: Accessor<number>) => JSX.Element;
  /** A row's key; default: the item itself. */
  keyOf?: (item: Item) => unknown;
  /** Shown when there are no rows. */
  fallback?: JSX.Element;
  /** Rows that a server renders; 20. */
  initialCount?: number;
  /** Whether rows reuse elements (true). Components are never reused. */
  recycle?: boolean;
  isHeader?: (item: Item, index: number) => boolean;
  textOf?: (item: Item) => string;
  estimate?: number;
  overscan?: number;
  gap?: number;
  axis?: "x" | "y";
  lanes?: number;
  masonry?: boolean;
  scroller?: "window";
  stickToEnd?: boolean;
  reorder?: boolean;
  selection?: "" | "single" | "multiple";
}

/** The props of `<Sampler>`. Others go to the element. */
export interface SamplerProps extends Omit<JSX.HTMLAttributes<ApusSampler>, "onError"> {
  /** What is shown; without one, the element starts its own. */
  sampler?: ApusSampler["sampler"];
  dashboard?: boolean;
  paused?: boolean;
  onError?: (event: ApusSamplerEventMap["error"]) => void;
}

/** The props of `<Lazy>`. Others go to its `<div>`. */
export interface LazyProps<Module>
  extends Omit<JSX.HTMLAttributes<HTMLDivElement>, "children" | "onError" | "onLoad"> {
  /** The import: `() => import("./chart.js")`. Read once. */
  load: () => Promise<Module>;
  /** Renders the module once it has loaded. */
  children: (module: Module) => JSX.Element;
  /** When to load; now. */
  when?: "now" | "idle" | "visible" | "interaction";
  /** Shown until then. */
  fallback?: JSX.Element;
  /** Shown when loading failed; default: the nearest `<ErrorBoundary>` gets the error. */
  error?: (error: unknown, retry: () => void) => JSX.Element;
  /** Retries, timeout, budget and the rest. Read once. */
  options?: LazyOptions;
}

/** What `createVirtualList` needs. `rows` may be an accessor; the others are read once. */
export interface VirtualListOptions {
  rows: number | Accessor<number>;
  estimate?: number;
  overscan?: number;
  gap?: number;
}

/** A row of `createVirtualList`: the same object as long as the row is rendered. */
export interface VirtualListRow {
  readonly index: number;
  /** Where it begins in the content, px; a signal. */
  readonly start: number;
  /** The `ref` of its element, which it measures. */
  readonly ref: (element: Element) => void;
}

/** A virtual list in the page's own markup. */
export interface VirtualListHandle {
  /** The `ref` of the element that scrolls. */
  scroller: (element: HTMLElement) => void;
  /** The `ref` of the box in it that contains the rows. Its height is set. */
  content: (element: HTMLElement) => void;
  rows: Accessor<readonly VirtualListRow[]>;
  /** The content's height, px. */
  total: Accessor<number>;
  /** The visible rows: [start, end). */
  range: Accessor<{ start: number; end: number }>;
  scrollToIndex: (index: number, align?: Align) => void;
  /** Rows were replaced; those in view stay put. Call it before `rows` is another number. */
  splice: (at: number, removed: number, inserted: number) => void;
}
