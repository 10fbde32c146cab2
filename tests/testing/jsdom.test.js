import { JSDOM } from "jsdom";
import { testFakes } from "./dom.js";

const { window } = new JSDOM("<!doctype html><body></body>");
await testFakes(window, /ResizeObserver/);
