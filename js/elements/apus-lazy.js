import { BaseElement } from "./base.js";

export class ApusLazy extends BaseElement {}
