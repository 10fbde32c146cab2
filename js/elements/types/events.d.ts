// The events of the elements, `addEventListener` with their details, and the tag names for
// `document.querySelector` and `document.createElement`.
import type { Messages } from "../../messages/index.js";
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
import type {
  ApusCacheEventMap,
  ApusImageEventMap,
  ApusLazyEventMap,
  ApusListEventMap,
  ApusLiveEventMap,
  ApusOutboxEventMap,
  ApusQuantumEventMap,
  ApusSamplerEventMap,
} from "./event-maps.js";

export type * from "./event-maps.js";

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
    /** Texts of this element, by their English originals. Read when a text is shown. */
    messages: Messages | undefined;
    addEventListener: Listen<ApusCache, ApusCacheEventMap, AddEventListenerOptions>;
    removeEventListener: Listen<ApusCache, ApusCacheEventMap, EventListenerOptions>;
  }
  interface ApusImage {
    /** Texts of this element, by their English originals. Read when a text is shown. */
    messages: Messages | undefined;
    addEventListener: Listen<ApusImage, ApusImageEventMap, AddEventListenerOptions>;
    removeEventListener: Listen<ApusImage, ApusImageEventMap, EventListenerOptions>;
  }
  interface ApusLazy {
    /** Texts of this element, by their English originals. Read when a text is shown. */
    messages: Messages | undefined;
    addEventListener: Listen<ApusLazy, ApusLazyEventMap, AddEventListenerOptions>;
    removeEventListener: Listen<ApusLazy, ApusLazyEventMap, EventListenerOptions>;
  }
  interface ApusList<Item = unknown> {
    /** Texts of this element, by their English originals. Read when a text is shown. */
    messages: Messages | undefined;
    addEventListener: Listen<ApusList<Item>, ApusListEventMap, AddEventListenerOptions>;
    removeEventListener: Listen<ApusList<Item>, ApusListEventMap, EventListenerOptions>;
  }
  interface ApusLive {
    /** Texts of this element, by their English originals. Read when a text is shown. */
    messages: Messages | undefined;
    addEventListener: Listen<ApusLive, ApusLiveEventMap, AddEventListenerOptions>;
    removeEventListener: Listen<ApusLive, ApusLiveEventMap, EventListenerOptions>;
  }
  interface ApusOutbox {
    /** Texts of this element, by their English originals. Read when a text is shown. */
    messages: Messages | undefined;
    addEventListener: Listen<ApusOutbox, ApusOutboxEventMap, AddEventListenerOptions>;
    removeEventListener: Listen<ApusOutbox, ApusOutboxEventMap, EventListenerOptions>;
  }
  interface ApusQuantum {
    /** Texts of this element, by their English originals. Read when a text is shown. */
    messages: Messages | undefined;
    addEventListener: Listen<ApusQuantum, ApusQuantumEventMap, AddEventListenerOptions>;
    removeEventListener: Listen<ApusQuantum, ApusQuantumEventMap, EventListenerOptions>;
  }
  interface ApusSampler {
    /** Texts of this element, by their English originals. Read when a text is shown. */
    messages: Messages | undefined;
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
