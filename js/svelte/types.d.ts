import type { Snippet } from "svelte";
import type { Attachment } from "svelte/attachments";
import type { HTMLAttributes } from "svelte/elements";
import type { ApusList, ApusSampler } from "../elements/index.js";
import type { ApusListEventMap, ApusSamplerEventMap } from "../elements/types/event-maps.js";
import type { Listeners } from "../elements/types/props.js";
import type {
  LazySettings,
  ListSettings,
  RowSizes,
  SamplerSettings,
  VirtualListControls,
} from "../elements/types/wrappers.js";

type Attributes<Element extends EventTarget, Own> = Own &
  Omit<HTMLAttributes<Element>, keyof Own | "children">;

interface OwnListProps<Item> extends ListSettings<Item>, Listeners<ApusListEventMap> {
  /** The data: an array, or state, whose changes in place cost a copy of it. For long lists, `$state.raw`. */
  items?: readonly Item[];
  /** A row. */
  row?: Snippet<[item: Item, index: number]>;
  /** Shown when there are no rows. */
  empty?: Snippet;
  /** Copied into rows whose page is loading. */
  loading?: Snippet;
  /** Copied into rows that failed. */
  error?: Snippet;
  /** `bind:element`: the `<apus-list>` with its methods, once it is mounted. */
  element?: ApusList<Item>;
}

/** The props of `<List>`. Others are attributes of the element. */
export type ListProps<Item> = Attributes<HTMLElement, OwnListProps<Item>>;

interface OwnLazyProps<Module> extends LazySettings {
  /** The import: `() => import("./Chart.svelte")`. Read once. */
  loader: () => Promise<Module>;
  /** Props of the module's default export, which is rendered without `children`. */
  props?: Record<string, unknown>;
  /** Shows the module once it has loaded. */
  children?: Snippet<[module: Module]>;
  /** Shown until then. */
  placeholder?: Snippet;
  /** Shown when loading failed. */
  error?: Snippet<[error: unknown, retry: () => Promise<void>]>;
  onload?: (module: Module) => void;
  onerror?: (error: unknown) => void;
}

/** The props of `<Lazy>`. Others are attributes of its `<div>`. */
export type LazyProps<Module> = Attributes<HTMLDivElement, OwnLazyProps<Module>>;

interface OwnSamplerProps extends SamplerSettings, Listeners<ApusSamplerEventMap> {
  /** `bind:element`: the `<apus-sampler>`, once it is mounted. */
  element?: ApusSampler;
}

/** The props of `<Sampler>`. Others are attributes of the element. */
export type SamplerProps = Attributes<HTMLElement, OwnSamplerProps>;

/** What `useCache` returns. Read in markup or an effect, each follows the cache. */
export interface CacheHandle<Value> {
  /** The value; `undefined` until it has loaded. */
  readonly current: Value | undefined;
  /** What the loader threw; `undefined` after a value. */
  readonly error: unknown;
  /** Whether a load runs, or has not begun yet. */
  readonly loading: boolean;
  /** Loads again in any case; settles when the load has ended, never rejects. */
  refresh: () => Promise<void>;
}

/** What `useVirtualList` needs. `rows` may be a function; the others are read once. */
export interface VirtualListOptions extends RowSizes {
  rows: number | (() => number);
}

/** A virtual list in the page's own markup. Its getters follow the list. */
export interface VirtualListHandle extends VirtualListControls {
  /** Attachment of the element that scrolls. */
  scroller: Attachment<HTMLElement>;
  /** Attachment of the box in it that contains the rows. Its height is set. */
  content: Attachment<HTMLElement>;
  /** Attachment of a row's element, which it measures. */
  row: (index: number) => Attachment<HTMLElement>;
  /** The rows to render; `start` is where one begins in the content, px. */
  readonly rows: readonly { readonly index: number; readonly start: number }[];
  /** The content's height, px. */
  readonly total: number;
  /** The visible rows: [start, end). */
  readonly range: { start: number; end: number };
  /** Why there are no rows: bad options, or no WebAssembly. */
  readonly error: unknown;
}
