/**
 * @typedef {object} Selecting
 * @property {number | undefined} first
 * @property {(event: KeyboardEvent, index: number | undefined) => boolean} key
 * @property {(event: KeyboardEvent, index: number) => void} moved
 */
export {};
