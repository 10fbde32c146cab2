/**
 * Does nothing; leaks.development.js, taken under the "development" condition,
 * reports handles that were not disposed.
 * @param {object} _owner @param {string} _what
 */
export function watchForLeak(_owner, _what) {}

/** @param {object} _owner */
export function unwatch(_owner) {}
