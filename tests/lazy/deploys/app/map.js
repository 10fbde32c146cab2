import { axis } from "./axis.js";
import "./map.css";
import { state } from "./state.js";

/* global BUILD */
state.ran.push("map");
export const build = axis(BUILD);
