// As little of @types/react 19 as JSX needs, in its shape.
export interface HTMLAttributes<T> {
  id?: string;
  children?: JSX.Element | JSX.Element[];
  onError?: (event: { currentTarget: T }) => void;
}
export interface ClassAttributes<T> {
  key?: string | number;
  ref?: (instance: T | null) => void;
}
export type DetailedHTMLProps<E extends HTMLAttributes<T>, T> = ClassAttributes<T> & E;
export namespace JSX {
  interface Element {
    type: string;
  }
  interface ElementChildrenAttribute {
    children: unknown;
  }
  interface IntrinsicElements {
    main: DetailedHTMLProps<HTMLAttributes<HTMLElement>, HTMLElement>;
  }
}
