import "./axis.css";
import { state } from "./state.js";

/* global BUILD */
state.ran.push("axis");
export const axis = (text) => `${text}`;
