import { ApusError } from "../../core/errors.js";

/**
 * Why one attempt failed, and whether another one makes sense.
 *
 * | code | when | retried |
 * |---|---|---|
 * | `NETWORK` | the request failed, or its body broke off | yes |
 * | `TIMEOUT` | no complete answer within `timeout` | yes |
 * | `HTTP_STATUS` | 408, 425, 429 or 5xx | yes |
 * | `HTTP_STATUS` | any other status that is not OK | no |
 * | `GONE` | 404, 410, or HTML in place of the module | no, but see deploy.js |
 * | `WRONG_TYPE` | a MIME type that the browser would refuse | yes |
 * | `INTEGRITY_MISMATCH` | the bytes do not match their hash, twice | once |
 * | `INTEGRITY_UNSUPPORTED` | nothing here binds the check to what runs: no document, no WebCrypto, Trusted Types in WebKit, … | no |
 * | `ORIGIN_REFUSED` | markup names a place that the page's code has not allowed | no |
 * | `CORS_BLOCKED` | the server answers, but does not allow this origin to read it | no |
 * | `SYNTAX_ERROR` | the module or one it imports does not parse | no |
 * | `EXPORT_MISSING` | an import names an export that is not there | no |
 * | `SPECIFIER_UNKNOWN` | it imports a bare name that no import map knows, or what is no URL; `cause` is a TypeError | no |
 * | `EVALUATION_ERROR` | the module threw while it ran; `cause` is what it threw | no |
 * | `ELEMENT_NAME_TAKEN` | the module defines a custom element whose name is taken | no |
 * | `ELEMENT_MISSING` | <apus-lazy element="x-y">: the module defines no such element | no |
 * | `GAVE_UP` | `budget` or `retries` are used up; `cause` is the last failure | - |
 */
export class Failure extends ApusError {
  /** Whether another attempt may succeed. */
  retryable;
  /** How long the server asked to wait, ms. */
  retryAfter;

  /**
   * @param {string} code @param {string} message
   * @param {{ cause?: unknown, retryable?: boolean, retryAfter?: number }} [options]
   */
  constructor(code, message, { cause, retryable, retryAfter = 0 } = {}) {
    super(code, message, { cause });
    this.retryable = retryable ?? /^(NET|TIME|WRONG)/.test(code);
    this.retryAfter = retryAfter;
  }
}
