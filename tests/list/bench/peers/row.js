// What every list shows: rows of 24 to 223 px, each a text.
export const estimate = 40;
export const overscan = 400;
/** About as many rows as fit in the overscan. */
export const overscanRows = 3;

export const heightOf = (id) => 24 + (((id * 2654435761) >>> 0) % 200);
export const nameOf = (id) => `Row ${id}`;
