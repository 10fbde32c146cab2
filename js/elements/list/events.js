/**
 * The details of an <apus-list>'s events.
 * @typedef {object} ListDetails
 * @property {{ start: number, end: number, first: number, last: number }} rangechange
 * @property {Record<string, never>} reachstart
 * @property {Record<string, never>} reachend
 * @property {{ from: number, to: number }} reorder
 * @property {{ index: number, query: string | ((...args: never[]) => boolean) }} find
 * @property {{ index: number, item: unknown, error: unknown }} error
 */

/**
 * Dispatches an event.
 * @template {keyof ListDetails} Type
 * @param {HTMLElement} host @param {Type} type @param {ListDetails[Type]} detail
 * @returns {boolean} false when it was cancelled
 */
export function emit(host, type, detail) {
  return host.dispatchEvent(new CustomEvent(type, { detail, cancelable: true }));
}
