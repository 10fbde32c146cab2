export namespace JSX {
  type Element = Node | string | number | Element[];
  interface HTMLAttributes<T> {
    id?: string;
    children?: Element;
    ref?: (element: T) => void;
    onerror?: (event: ErrorEvent) => void;
  }
  interface ElementChildrenAttribute {
    children: unknown;
  }
  interface IntrinsicElements {
    main: HTMLAttributes<HTMLElement>;
  }
}
