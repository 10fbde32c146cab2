// Stands for Node's `buffer` in the page: cacheable imports it, and does without it here.
export const Buffer = undefined;
