import { axis } from "./axis.js";
import "./chart.css";
import { state } from "./state.js";

/* global BUILD */
state.builds.add(`chart ${BUILD}`);
export const build = axis(BUILD);
