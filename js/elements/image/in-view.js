/** @typedef {(visible: boolean, width: number) => void} Seen */

/** Who waits for the first answer. @type {Map<Element, Seen>} */
const waiting = new Map();
/** @type {IntersectionObserver | undefined} one for all images */
let observer;

/**
 * Tells once whether an element is in view, without a forced layout.
 * @param {Element} element @param {Seen} seen gets the element's width too, px
 */
export function whenLaidOut(element, seen) {
  observer ??= new IntersectionObserver((entries) => {
    for (const { target, isIntersecting, boundingClientRect } of entries) {
      const told = waiting.get(target);
      forget(target);
      told?.(isIntersecting, boundingClientRect.width);
    }
  });
  waiting.set(element, seen);
  observer.observe(element);
}

/** @param {Element} element */
export function forget(element) {
  waiting.delete(element);
  observer?.unobserve(element);
}
