/* global BUILD */
export const build = BUILD;
