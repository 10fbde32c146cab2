import type { SvelteComponent } from "svelte";
import type { SamplerProps } from "./types.js";

interface SamplerComponent {
  new (options: {
    target: Element;
    props?: SamplerProps;
  }): SvelteComponent<SamplerProps> & { $$bindings?: "element" };
  (internals: unknown, props: SamplerProps): Record<string, never>;
  z_$$bindings?: "element";
}

declare const Sampler: SamplerComponent;
export default Sampler;
