/**
 * What listens to an event.
 * @template Event
 * @typedef {((event: Event) => unknown) | { handleEvent(event: Event): unknown } | null} Listener
 */

/**
 * An EventTarget that accepts listeners for its own events alone.
 * @template Events by type
 * @typedef {Omit<EventTarget, "addEventListener" | "removeEventListener"> & {
 *   addEventListener<Type extends keyof Events>(
 *     type: Type, listener: Listener<Events[Type]>, options?: boolean | AddEventListenerOptions,
 *   ): void,
 *   removeEventListener<Type extends keyof Events>(
 *     type: Type, listener: Listener<Events[Type]>, options?: boolean | EventListenerOptions,
 *   ): void,
 * }} TypedTarget
 */

export {};
