// The rows of every list: a text of 24 to 223 px height.
export const estimate = 40;
export const overscan = 400;
/** About as many rows as fit in the overscan. */
export const overscanRows = 3;

export const heightOf = (id) => 24 + (((id * 2654435761) >>> 0) % 200);
export const nameOf = (id) => `Row ${id}`;
