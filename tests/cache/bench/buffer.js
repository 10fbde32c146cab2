// Replaces Node's `buffer` in the page: cacheable imports it but does not need it here.
export const Buffer = undefined;
