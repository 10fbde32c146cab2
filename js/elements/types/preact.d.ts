// The elements in the JSX of Preact, from 10.29: `import type {} from "apus/elements/preact"` once in
// a project.
import type { HTMLAttributes } from "preact";
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
  ApusCacheProps,
  ApusImageProps,
  ApusLazyProps,
  ApusListProps,
  ApusLiveProps,
  ApusOutboxProps,
  ApusQuantumProps,
  ApusSamplerProps,
} from "./props.js";

type Props<Element extends HTMLElement, Own> = Own & Omit<HTMLAttributes<Element>, keyof Own>;

declare module "preact" {
  namespace JSX {
    interface IntrinsicElements {
      "apus-cache": Props<ApusCache, ApusCacheProps>;
      "apus-image": Props<ApusImage, ApusImageProps>;
      "apus-lazy": Props<ApusLazy, ApusLazyProps>;
      "apus-list": Props<ApusList, ApusListProps>;
      "apus-live": Props<ApusLive, ApusLiveProps>;
      "apus-outbox": Props<ApusOutbox, ApusOutboxProps>;
      "apus-quantum": Props<ApusQuantum, ApusQuantumProps>;
      "apus-sampler": Props<ApusSampler, ApusSamplerProps>;
    }
  }
}
