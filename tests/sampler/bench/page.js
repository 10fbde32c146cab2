import { benchInsert } from "./insert.js";

Object.assign(globalThis, { benchInsert });
