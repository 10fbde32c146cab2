import { BaseElement } from "./base.js";

export class ApusSampler extends BaseElement {}
