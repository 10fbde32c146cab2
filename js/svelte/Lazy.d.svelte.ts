import type { SvelteComponent } from "svelte";
import type { LazyProps } from "./types.js";

interface LazyComponent {
  new <Module>(options: {
    target: Element;
    props?: LazyProps<Module>;
  }): SvelteComponent<LazyProps<Module>> & { $$bindings?: "" };
  <Module>(internals: unknown, props: LazyProps<Module>): Record<string, never>;
  z_$$bindings?: "";
}

declare const Lazy: LazyComponent;
export default Lazy;
