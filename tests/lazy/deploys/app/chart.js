import { axis } from "./axis.js";
import "./chart.css";
import { state } from "./state.js";

/* global BUILD */
state.ran.push("chart");
export const build = axis(BUILD);
