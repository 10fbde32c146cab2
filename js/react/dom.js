// What the components share. React 18 gives custom elements attributes only, React 19 properties
// too; so that both do the same, properties and listeners are set in effects.
import { createElement, useEffect, useLayoutEffect, useSyncExternalStore } from "react";

/** Servers have no layout; React 18 warns of such an effect there. */
export const useDomEffect = globalThis.document ? useLayoutEffect : useEffect;

const never = () => () => {};

/** Whether this render is a server's, or takes over what a server rendered. */
export const useHydrating = () =>
  useSyncExternalStore(
    never,
    () => false,
    () => true,
  );

/** The listeners that each element has now, by their props. @type {WeakMap<EventTarget, Record<string, any>>} */
const current = new WeakMap();

/**
 * Listens to an element's own events, with the functions of its latest props.
 * @param {import("react").RefObject<HTMLElement | null>} host
 * @param {Record<string, string>} types of the events, by the names of their props; always the same
 * @param {object} props
 */
export function useListeners(host, types, props) {
  useDomEffect(() => {
    if (host.current) current.set(host.current, props);
  });
  useDomEffect(() => {
    const element = host.current;
    const end = new AbortController();
    for (const [name, type] of Object.entries(types)) {
      const tell = (/** @type {Event} */ event) => {
        if (element && event.target === element) current.get(element)?.[name]?.(event);
      };
      element?.addEventListener(type, tell, { signal: end.signal });
    }
    return () => end.abort();
  }, [host, types]);
}

/**
 * A child for a slot of an element; nothing for an empty node.
 * @param {string} name @param {import("react").ReactNode} node
 */
export const slot = (name, node) =>
  node === undefined || node === null
    ? null
    : createElement("div", { key: name, slot: name }, node);
