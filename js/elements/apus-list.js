import { BaseElement } from "./base.js";

export class ApusList extends BaseElement {}
