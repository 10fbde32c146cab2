// What the elements accept in JSX: attributes, properties and events. Frameworks differ only in
// the attributes of every element, which react.d.ts, preact.d.ts and solid.d.ts add.
import type { Messages } from "../../messages/index.js";
import type { ApusList, ApusLive, ApusOutbox, ApusQuantum, ApusSampler } from "../index.js";
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

/** Listeners as props: `onrangechange`. React, Preact and Solid take them in lower case. */
export type Listeners<Events> = {
  [Type in keyof Events & string as `on${Type}`]?: (event: Events[Type]) => void;
} & { messages?: Messages };

export interface ApusCacheProps extends Listeners<ApusCacheEventMap> {
  name?: string;
  "max-entries"?: number;
  "max-bytes"?: number;
  ttl?: number;
  policy?: string;
  persist?: boolean;
  remote?: string;
  panel?: boolean;
}

export interface ApusImageProps extends Listeners<ApusImageEventMap> {
  src?: string;
  alt?: string;
  width?: number;
  height?: number;
  widths?: string | readonly number[];
  formats?: string | readonly string[];
  sizes?: string;
  blurhash?: string;
  priority?: "high" | "low" | "lazy";
  budget?: number;
}

export interface ApusLazyProps extends Listeners<ApusLazyEventMap> {
  src?: string;
  when?: "now" | "idle" | "visible" | "interaction";
  retries?: number;
  timeout?: number;
  budget?: number;
  delay?: number;
  "max-delay"?: number;
  element?: string;
  integrity?: string;
  manifest?: string;
  loader?(): Promise<unknown>;
}

/** Its functions are methods here, so that they may name the type of their item. */
export interface ApusListProps extends Listeners<ApusListEventMap> {
  estimate?: number;
  overscan?: number;
  gap?: number;
  axis?: "x" | "y";
  lanes?: number;
  masonry?: boolean;
  scroller?: "window";
  "stick-to-end"?: boolean;
  stickToEnd?: boolean;
  reorder?: boolean;
  selection?: "" | "single" | "multiple";
  items?: readonly unknown[];
  source?: ApusList["source"];
  renderItem?(item: unknown, index: number, element: HTMLElement): void;
  releaseItem?(element: HTMLElement, item: unknown): void;
  recycle?: boolean;
  isHeader?(item: unknown, index: number): boolean;
  textOf?(item: unknown): string;
}

export interface ApusLiveProps extends Listeners<ApusLiveEventMap> {
  url?: string;
  channel?: string;
  user?: string;
  label?: string;
  live?: ApusLive["live"];
}

export interface ApusOutboxProps extends Listeners<ApusOutboxEventMap> {
  name?: string;
  label?: string;
  outbox?: ApusOutbox["outbox"];
  describe?: ApusOutbox["describe"];
}

export interface ApusQuantumProps extends Listeners<ApusQuantumEventMap> {
  label?: string;
  shots?: number;
  seed?: string | number;
  precision?: "single" | "double";
  qasm?: string;
  circuit?: ApusQuantum["circuit"];
  problem?: ApusQuantum["problem"];
  providers?: ApusQuantum["providers"];
  noise?: ApusQuantum["noise"];
  result?: ApusQuantum["result"];
}

export interface ApusSamplerProps extends Listeners<ApusSamplerEventMap> {
  dashboard?: boolean;
  paused?: boolean;
  sampler?: ApusSampler["sampler"];
}
