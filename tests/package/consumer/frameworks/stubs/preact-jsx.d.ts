// As little of Preact's types as JSX needs, in their shape: `JSX` is a name for `JSXInternal`.
export namespace JSXInternal {
  interface HTMLAttributes<T> {
    id?: string;
    children?: Element | Element[];
    ref?: (instance: T | null) => void;
    onError?: (event: Event) => void;
  }
  interface Element {
    type: string;
  }
  interface ElementChildrenAttribute {
    children: unknown;
  }
  interface IntrinsicElements {
    main: HTMLAttributes<HTMLElement>;
  }
}
