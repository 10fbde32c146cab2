import type { Accessor, JSX } from "solid-js";
import type { ApusList, ApusSampler } from "../elements/index.js";
import type { ApusSamplerEventMap } from "../elements/types/event-maps.js";
import type {
  LazySettings,
  ListHandlers,
  ListSettings,
  RowSizes,
  SamplerSettings,
  VirtualListControls,
} from "../elements/types/wrappers.js";

/** The props of `<List>`. Others go to the element: `class`, `style`, `ref`, `aria-label`. */
export interface ListProps<Item>
  extends ListHandlers,
    Omit<ListSettings<Item>, "items">,
    Omit<JSX.HTMLAttributes<ApusList<Item>>, "children" | "onError" | "onSelectionChange"> {
  /** The data: an array, or a store's. Undefined and null stand for none. */
  each?: readonly Item[] | null;
  /** Renders a row. Both accessors change while the row lives; it lives as long as its key is in view. */
  children: (item: Accessor<Item>, index: Accessor<number>) => JSX.Element;
  /** Shown when there are no rows. */
  fallback?: JSX.Element;
  /** Whether rows reuse elements (true). Components are never reused. */
  recycle?: boolean;
}

/** The props of `<Sampler>`. Others go to the element. */
export interface SamplerProps
  extends SamplerSettings,
    Omit<JSX.HTMLAttributes<ApusSampler>, "onError"> {
  onError?: (event: ApusSamplerEventMap["error"]) => void;
}

/** The props of `<Lazy>`. Others go to its `<div>`. */
export interface LazyProps<Module>
  extends LazySettings,
    Omit<JSX.HTMLAttributes<HTMLDivElement>, "children" | "onError" | "onLoad"> {
  /** The import: `() => import("./chart.js")`. Read once. */
  load: () => Promise<Module>;
  /** Renders the module once it has loaded. */
  children: (module: Module) => JSX.Element;
  /** Shown until then. */
  fallback?: JSX.Element;
  /** Shown when loading failed; default: the nearest `<ErrorBoundary>` gets the error. */
  error?: (error: unknown, retry: () => void) => JSX.Element;
}

/** What `createVirtualList` needs. `rows` may be an accessor; the others are read once. */
export interface VirtualListOptions extends RowSizes {
  rows: number | Accessor<number>;
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
export interface VirtualListHandle extends VirtualListControls {
  /** The `ref` of the element that scrolls. */
  scroller: (element: HTMLElement) => void;
  /** The `ref` of the box in it that contains the rows. Its height is set. */
  content: (element: HTMLElement) => void;
  rows: Accessor<readonly VirtualListRow[]>;
  /** The content's height, px. */
  total: Accessor<number>;
  /** The visible rows: [start, end). */
  range: Accessor<{ start: number; end: number }>;
}
