// The part of Angular's public types that the documents' recipe uses; Angular itself is not installed.
declare module "@angular/core" {
  export interface Type<T> {
    new (...args: never[]): T;
  }
  export abstract class EnvironmentInjector {
    private readonly isInjector: true;
  }
  export class ElementRef<T> {
    nativeElement: T;
  }
  export interface ComponentRef<C> {
    readonly instance: C;
    readonly hostView: ViewRef;
    setInput(name: string, value: unknown): void;
    destroy(): void;
  }
  export interface ViewRef {
    detectChanges(): void;
  }
  export class ApplicationRef {
    attachView(view: ViewRef): void;
    detachView(view: ViewRef): void;
  }
  export class DestroyRef {
    onDestroy(callback: () => void): () => void;
  }
  export function createComponent<C>(
    component: Type<C>,
    options: { environmentInjector: EnvironmentInjector; hostElement?: Element },
  ): ComponentRef<C>;
  export function inject<T>(token: abstract new (...args: never[]) => T): T;
  export type Signal<T> = () => T;
  export interface InputSignal<T> extends Signal<T> {}
  export const input: {
    <T>(value: T): InputSignal<T>;
    required<T>(): InputSignal<T>;
  };
  export function signal<T>(value: T): Signal<T> & { set(value: T): void };
  export function effect(run: () => void): void;
  export function viewChild<T>(name: string, options: { read: unknown }): Signal<T | undefined>;
  export function Component(options: {
    selector: string;
    template: string;
    styles?: string;
    imports?: unknown[];
    schemas?: unknown[];
  }): (type: unknown, context?: unknown) => void;
  export const CUSTOM_ELEMENTS_SCHEMA: { name: string };
}
