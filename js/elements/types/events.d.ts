// The events of the elements, `addEventListener` with their details, and the tag names for
// `document.querySelector` and `document.createElement`.
import type { Cache } from "../../cache/index.js";
import type { ApusError } from "../../core/errors.js";
import type { Range } from "../../list/index.js";
import type { Live } from "../../sync/live/live.js";
import type { Outbox, OutboxEntry } from "../../sync/outbox/outbox.js";
import type {
  ApusCache,
  ApusImage,
  ApusLazy,
  ApusList,
  ApusLive,
  ApusOutbox,
  ApusQuantum,
  ApusSampler,
} from "../index.js";

/** Events that <apus-cache> adds to those of every element. */
export interface ApusCacheEventMap {
  /** The cache is open. */
  ready: CustomEvent<{ cache: Cache }>;
  /** The cache could not be opened, or a changed attribute does not fit. */
  error: CustomEvent<{ error: unknown }>;
  /** A level failed (storage, the gateway), and the cache works without it. */
  degraded: CustomEvent<ApusError | { reason: "store"; cause: unknown }>;
}

/** Events that <apus-image> adds to those of every element. */
export interface ApusImageEventMap {
  /** The image is shown; `url` is the chosen file. */
  load: CustomEvent<{ url: string }>;
  /** It could not be loaded, or an attribute is wrong. */
  error: CustomEvent<{ error: unknown }>;
  /** Before each wait; `delay` is in ms. */
  retry: CustomEvent<{ attempt: number; delay: number; error: unknown }>;
}

/** Events that <apus-lazy> adds to those of every element. */
export interface ApusLazyEventMap {
  /** The module has loaded. */
  load: CustomEvent<{ module: unknown }>;
  /** The module could not be loaded. */
  error: CustomEvent<{ error: unknown }>;
  /** Before each wait; `delay` is in ms. */
  retry: CustomEvent<{ attempt: number; delay: number; error: unknown }>;
}

/** Events that <apus-list> adds to those of every element. */
export interface ApusListEventMap {
  /** Rows [start, end) are rendered; first to last are visible. */
  rangechange: CustomEvent<{ start: number; end: number; first: number; last: number }>;
  /** The first row is rendered. */
  reachstart: CustomEvent<object>;
  /** The last row is rendered. */
  reachend: CustomEvent<object>;
  /** A row is about to move; cancelling the event leaves it where it is. */
  reorder: CustomEvent<{ from: number; to: number }>;
  /**
   * A search has ended; `index` is -1 when nothing matches. `complete` is false when rows were
   * skipped because they are not loaded.
   */
  find: CustomEvent<{ index: number; query: unknown; complete: boolean }>;
  /** The list copied `rows` rows, without `missing` rows that are not loaded. */
  copied: CustomEvent<{ rows: number; missing: number }>;
  /** The user selected other rows: `count` rows in all, in ascending ranges [start, end). */
  selectionchange: CustomEvent<{ ranges: Range[]; count: number }>;
  /** `renderItem` threw; `index` is -1 when the list itself could not start. */
  error: CustomEvent<{ index: number; item: unknown; error: unknown }>;
}

/** Events that <apus-live> adds to those of every element. */
export interface ApusLiveEventMap {
  /** The connection that `url` opens is made. */
  ready: CustomEvent<{ live: Live }>;
  /** It could not be opened. */
  error: CustomEvent<{ error: unknown }>;
}

/** Events that <apus-outbox> adds to those of every element. */
export interface ApusOutboxEventMap {
  /** The outbox that `name` opens is there. */
  ready: CustomEvent<{ outbox: Outbox }>;
  /** An entry is about to be discarded; cancelling the event keeps it. */
  discard: CustomEvent<{ entry: OutboxEntry }>;
  /** The outbox could not be opened or read. */
  error: CustomEvent<{ error: unknown }>;
}

/** Events that <apus-quantum> adds to those of every element. */
export interface ApusQuantumEventMap {
  /** It has run; `result` is what is shown. */
  result: CustomEvent<{ result: NonNullable<ApusQuantum["result"]> }>;
  /** It could not run. */
  error: CustomEvent<{ error: unknown }>;
}

/** Events that <apus-sampler> adds to those of every element. */
export interface ApusSamplerEventMap {
  /** WebAssembly is not available. */
  error: CustomEvent<ApusError>;
}

/** `addEventListener` (with `AddEventListenerOptions`) of an element with the events of `Own`. */
interface Listen<Element, Own, Options> {
  <Type extends keyof Own>(
    type: Type,
    listener: (this: Element, event: Own[Type]) => void,
    options?: boolean | Options,
  ): void;
  <Type extends Exclude<keyof HTMLElementEventMap, keyof Own>>(
    type: Type,
    listener: (this: Element, event: HTMLElementEventMap[Type]) => void,
    options?: boolean | Options,
  ): void;
  (
    type: ForeignType,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | Options,
  ): void;
}

/** Events of other code, which bubble from rows or are dispatched on the element: never a misspelt name. */
type ForeignType = `${string}-${string}` | `${string}:${string}`;

declare module "../index.js" {
  interface ApusCache {
    addEventListener: Listen<ApusCache, ApusCacheEventMap, AddEventListenerOptions>;
    removeEventListener: Listen<ApusCache, ApusCacheEventMap, EventListenerOptions>;
  }
  interface ApusImage {
    addEventListener: Listen<ApusImage, ApusImageEventMap, AddEventListenerOptions>;
    removeEventListener: Listen<ApusImage, ApusImageEventMap, EventListenerOptions>;
  }
  interface ApusLazy {
    addEventListener: Listen<ApusLazy, ApusLazyEventMap, AddEventListenerOptions>;
    removeEventListener: Listen<ApusLazy, ApusLazyEventMap, EventListenerOptions>;
  }
  interface ApusList<Item = unknown> {
    addEventListener: Listen<ApusList<Item>, ApusListEventMap, AddEventListenerOptions>;
    removeEventListener: Listen<ApusList<Item>, ApusListEventMap, EventListenerOptions>;
  }
  interface ApusLive {
    addEventListener: Listen<ApusLive, ApusLiveEventMap, AddEventListenerOptions>;
    removeEventListener: Listen<ApusLive, ApusLiveEventMap, EventListenerOptions>;
  }
  interface ApusOutbox {
    addEventListener: Listen<ApusOutbox, ApusOutboxEventMap, AddEventListenerOptions>;
    removeEventListener: Listen<ApusOutbox, ApusOutboxEventMap, EventListenerOptions>;
  }
  interface ApusQuantum {
    addEventListener: Listen<ApusQuantum, ApusQuantumEventMap, AddEventListenerOptions>;
    removeEventListener: Listen<ApusQuantum, ApusQuantumEventMap, EventListenerOptions>;
  }
  interface ApusSampler {
    addEventListener: Listen<ApusSampler, ApusSamplerEventMap, AddEventListenerOptions>;
    removeEventListener: Listen<ApusSampler, ApusSamplerEventMap, EventListenerOptions>;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "apus-cache": ApusCache;
    "apus-image": ApusImage;
    "apus-lazy": ApusLazy;
    "apus-list": ApusList;
    "apus-live": ApusLive;
    "apus-outbox": ApusOutbox;
    "apus-quantum": ApusQuantum;
    "apus-sampler": ApusSampler;
  }
}
