// The elements in the JSX of React 19: `import type {} from "apus/elements/react"` once in a project.
import type { DetailedHTMLProps, HTMLAttributes } from "react";
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

type Props<Element, Own> = Own &
  Omit<DetailedHTMLProps<HTMLAttributes<Element>, Element>, keyof Own>;

declare module "react" {
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
