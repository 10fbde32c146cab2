// Props that the components of all frameworks share. What each framework has its own way for (rows,
// slots, refs, reactive values) is in its folder.
import type { LazyOptions } from "../../lazy/load/options.js";
import type { Align, Source } from "../../list/index.js";
import type { Sampler } from "../../sampler/index.js";
import type { ApusListEventMap } from "./event-maps.js";

/** Sizes that rows have before they are measured, and around them. */
export interface RowSizes {
  /** Px of a row that is not measured yet; 40. */
  estimate?: number;
  /** Px rendered before and after the viewport at rest; 400. */
  overscan?: number;
  /** Px between rows; 0. */
  gap?: number;
}

/** The props of `<List>`. */
export interface ListSettings<Item> extends RowSizes {
  /** The data; another array replaces it, and is compared with the last one. */
  items?: readonly Item[];
  /** Data that loads by pages, instead of items. */
  source?: Source<Item>;
  /** A row's key: rows keep their state, element and size by it. Default: the item itself. */
  keyOf?: (item: Item) => unknown;
  /** Whether a row is a sticky header. */
  isHeader?: (item: Item, index: number) => boolean;
  /**
   * An item's text, for `find()`, copying and type-ahead; without it only mounted rows and items that
   * are strings have a text.
   */
  textOf?: (item: Item) => string;
  /** On which it scrolls; y. */
  axis?: "x" | "y";
  /** Columns of a grid; 1. */
  lanes?: number;
  /** A grid without lines. */
  masonry?: boolean;
  /** The window scrolls instead of the list. */
  scroller?: "window";
  /** Keeps the end in view while rows are added. */
  stickToEnd?: boolean;
  /** Rows can be moved. */
  reorder?: boolean;
  /** Rows can be selected. */
  selection?: "" | "single" | "multiple";
  /** Rows that a server renders; 20. */
  initialCount?: number;
}

/** The events of `<List>` as React and Solid spell them. */
export interface ListHandlers {
  onRangeChange?: (event: ApusListEventMap["rangechange"]) => void;
  onReachStart?: (event: ApusListEventMap["reachstart"]) => void;
  onReachEnd?: (event: ApusListEventMap["reachend"]) => void;
  /** A row was moved: set other items. */
  onReorder?: (event: ApusListEventMap["reorder"]) => void;
  onFind?: (event: ApusListEventMap["find"]) => void;
  onCopied?: (event: ApusListEventMap["copied"]) => void;
  onSelectionChange?: (event: ApusListEventMap["selectionchange"]) => void;
  /** The list could not start, or a prop is out of range. */
  onError?: (event: ApusListEventMap["error"]) => void;
}

/** The props of `<Lazy>`. */
export interface LazySettings {
  /** When to load; now. */
  when?: "now" | "idle" | "visible" | "interaction";
  /** Retries, timeout, budget and the rest. Read once. */
  options?: LazyOptions;
}

/** The props of `<Sampler>`. */
export interface SamplerSettings {
  /** What is shown; without one, the element starts its own. */
  sampler?: Sampler;
  /** Shows everything that is measured. */
  dashboard?: boolean;
  /** Stops refreshing; measuring goes on. */
  paused?: boolean;
}

/** What moves a virtual list in the page's own markup. */
export interface VirtualListControls {
  /** Brings a row into view and holds it there until the user scrolls. */
  scrollToIndex: (index: number, align?: Align) => void;
  /** Rows were replaced; those in view stay put. Call it before `rows` is another number. */
  splice: (at: number, removed: number, inserted: number) => void;
}
