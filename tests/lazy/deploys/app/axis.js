import { state } from "./state.js";

/* global BUILD */
state.builds.add(`axis ${BUILD}`);
export const axis = (text) => `${text}`;
