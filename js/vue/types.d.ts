import type { AllowedComponentProps, MaybeRefOrGetter, Ref, ShallowRef, VNodeProps } from "vue";
import type { ApusList } from "../elements/index.js";
import type { ApusListEventMap, ApusSamplerEventMap } from "../elements/types/event-maps.js";
import type {
  LazySettings,
  ListSettings,
  RowSizes,
  SamplerSettings,
  VirtualListControls,
} from "../elements/types/wrappers.js";

/** Listeners as props: `onRangechange` for `@rangechange`. */
type Listeners<Events> = {
  [Type in keyof Events & string as `on${Capitalize<Type>}`]?: (event: Events[Type]) => void;
};

/** Methods of the element that the component passes on; they do nothing before it is mounted. */
type Methods =
  | "scrollToIndex"
  | "splice"
  | "refresh"
  | "find"
  | "select"
  | "clearSelection"
  | "isSelected"
  | "saveState"
  | "restoreState";

/** The props of `<List>`. Class, style, role and other attributes go to the element. */
export interface ListProps<Item> extends ListSettings<Item>, Listeners<ApusListEventMap> {
  /** The data. A reactive array may be changed in place, which costs a copy of it. */
  items?: readonly Item[];
}

/** The slots of `<List>`. */
export interface ListSlots<Item> {
  /** A row. */
  default?: (row: { item: Item; index: number }) => unknown;
  /** Shown when there are no rows. */
  empty?: () => unknown;
  /** Copied into rows whose page is loading. */
  loading?: () => unknown;
  /** Copied into rows that failed. */
  error?: () => unknown;
}

/** What a template ref of `<List>` has. */
export interface ListHandle<Item> extends Pick<ApusList<Item>, Methods> {
  /** The `<apus-list>`, once it is mounted. */
  element: ApusList<Item> | null;
}

/** The component `<List>`. */
export interface ListComponent {
  new <Item>(
    props: ListProps<Item> & VNodeProps & AllowedComponentProps,
  ): ListHandle<Item> & { $props: ListProps<Item>; $slots: ListSlots<Item> };
}

/** The props of `<Lazy>`. Other attributes go to its `<div>`. */
export interface LazyProps<Module> extends LazySettings {
  /** The import: `() => import("./Chart.vue")`. Read once. */
  loader: () => Promise<Module>;
  /** Props of the module's default export, which is rendered without a default slot. */
  props?: Record<string, unknown>;
  onLoad?: (module: Module) => void;
  onError?: (error: unknown) => void;
}

/** The component `<Lazy>`. */
export interface LazyComponent {
  new <Module>(
    props: LazyProps<Module> & VNodeProps & AllowedComponentProps,
  ): {
    $props: LazyProps<Module>;
    $slots: {
      default?: (loaded: { module: Module }) => unknown;
      placeholder?: () => unknown;
      error?: (failed: { error: unknown; retry: () => Promise<void> }) => unknown;
    };
  };
}

/** The props of `<Sampler>`. Other attributes go to the element. */
export interface SamplerProps extends SamplerSettings, Listeners<ApusSamplerEventMap> {}

/** The component `<Sampler>`. */
export interface SamplerComponent {
  new (props: SamplerProps & VNodeProps & AllowedComponentProps): { $props: SamplerProps };
}

/** What `useCache` returns. */
export interface CacheHandle<Value> {
  /** The value; `undefined` until it has loaded. */
  data: Readonly<ShallowRef<Value | undefined>>;
  /** What the loader threw; `undefined` after a value. */
  error: Readonly<ShallowRef<unknown>>;
  /** Whether a load runs, or has not begun yet. */
  loading: Readonly<Ref<boolean>>;
  /** Loads again in any case; settles when the load has ended, never rejects. */
  refresh: () => Promise<void>;
}

/** What `useVirtualList` needs. `rows` may be a ref or a getter; the others are read once. */
export interface VirtualListOptions extends RowSizes {
  rows: MaybeRefOrGetter<number>;
}

/** A row of `useVirtualList`. */
export interface VirtualListRow {
  readonly index: number;
  /** Where it begins in the content, px. */
  readonly start: number;
  /** The `:ref` of its element, which it measures. */
  readonly ref: (element: unknown) => void;
}

/** A virtual list in the page's own markup. */
export interface VirtualListHandle extends VirtualListControls {
  /** The ref of the element that scrolls. */
  scroller: ShallowRef<HTMLElement | null>;
  /** The ref of the box in it that contains the rows. Its height is set. */
  content: ShallowRef<HTMLElement | null>;
  rows: Readonly<ShallowRef<readonly VirtualListRow[]>>;
  /** The content's height, px. */
  total: Readonly<Ref<number>>;
  /** The visible rows: [start, end). */
  range: Readonly<ShallowRef<{ start: number; end: number }>>;
  /** Why there are no rows: bad options, or no WebAssembly. */
  error: Readonly<ShallowRef<unknown>>;
}
