import { BaseElement } from "./base.js";

export class ApusCache extends BaseElement {}
