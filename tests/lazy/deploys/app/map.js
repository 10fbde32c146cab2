import { axis } from "./axis.js";
import "./map.css";
import { state } from "./state.js";

/* global BUILD */
state.builds.add(`map ${BUILD}`);
export const build = axis(BUILD);
