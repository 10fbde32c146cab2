import { BaseElement, reflect } from "../base.js";

/** The properties that reflect attributes of <apus-lazy>. */
export const attributeNames = [
  "src",
  "when",
  "retries",
  "timeout",
  "budget",
  "delay",
  "maxDelay",
  "element",
  "integrity",
  "manifest",
];

/** @param {Element} element @param {string} name */
const number = (element, name) => {
  const value = element.getAttribute(name);
  return value === null ? null : Number(value);
};

/** Attributes of <apus-lazy> as properties. `null` stands for an absent attribute. */
export class LazyAttributes extends BaseElement {
  /** The module's URL, relative to the page, or its name in the manifest. @type {string | null} */
  get src() {
    return this.getAttribute("src");
  }

  set src(value) {
    reflect(this, "src", value);
  }

  /** When to load: now, idle, visible or interaction. @type {string | null} */
  get when() {
    return this.getAttribute("when");
  }

  set when(value) {
    reflect(this, "when", value);
  }

  /** Attempts after the first. @type {number | null} */
  get retries() {
    return number(this, "retries");
  }

  set retries(value) {
    reflect(this, "retries", value);
  }

  /** For each request, ms. @type {number | null} */
  get timeout() {
    return number(this, "timeout");
  }

  set timeout(value) {
    reflect(this, "timeout", value);
  }

  /** For all attempts and waits, ms. @type {number | null} */
  get budget() {
    return number(this, "budget");
  }

  set budget(value) {
    reflect(this, "budget", value);
  }

  /** The bound of the first wait, ms. @type {number | null} */
  get delay() {
    return number(this, "delay");
  }

  set delay(value) {
    reflect(this, "delay", value);
  }

  /** The largest bound of a wait, ms. @type {number | null} */
  get maxDelay() {
    return number(this, "max-delay");
  }

  set maxDelay(value) {
    reflect(this, "max-delay", value);
  }

  /** Name of a custom element that the module defines. @type {string | null} */
  get element() {
    return this.getAttribute("element");
  }

  set element(value) {
    reflect(this, "element", value);
  }

  /** Of the module, as in HTML. @type {string | null} */
  get integrity() {
    return this.getAttribute("integrity");
  }

  set integrity(value) {
    reflect(this, "integrity", value);
  }

  /** URL of the build's manifest. @type {string | null} */
  get manifest() {
    return this.getAttribute("manifest");
  }

  set manifest(value) {
    reflect(this, "manifest", value);
  }
}
