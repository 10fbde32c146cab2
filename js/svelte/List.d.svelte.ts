import type { SvelteComponent } from "svelte";
import type { ListProps } from "./types.js";

interface ListComponent {
  new <Item>(options: {
    target: Element;
    props?: ListProps<Item>;
  }): SvelteComponent<ListProps<Item>> & { $$bindings?: "element" };
  <Item>(internals: unknown, props: ListProps<Item>): Record<string, never>;
  z_$$bindings?: "element";
}

declare const List: ListComponent;
export default List;
