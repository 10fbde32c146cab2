/** Bytes of a frame that a gateway takes unless it says something else. */
const MOST = 256 * 1024;

/** @param {{ message?: number } | undefined} welcome of the gateway @returns {number} bytes of a frame */
export const mostOf = (welcome) => welcome?.message ?? MOST;

/** @param {string | Uint8Array<ArrayBuffer>} frame @returns {number} its bytes */
export const sizeOf = (frame) => new Blob([frame]).size;
