import { ApusError } from "../../core/errors.js";

/**
 * Why an attempt failed, and whether another one makes sense.
 *
 * | code | when | retried |
 * |---|---|---|
 * | `NETWORK` | the request failed, or its body was cut off | yes |
 * | `TIMEOUT` | no complete answer within `timeout` | yes |
 * | `HTTP_STATUS` | 408, 425, 429 or 5xx | yes |
 * | `HTTP_STATUS` | any other status outside 200 to 299 | no |
 * | `GONE` | 404, 410, or HTML instead of the module | no, but see build/deploy.js |
 * | `WRONG_TYPE` | a MIME type that the browser refuses for a module | once |
 * | `FETCH_FORBIDDEN` | the page's policy (connect-src) or its service worker forbids the fetch; modules are imported plainly then | no |
 * | `INTEGRITY_MISMATCH` | the bytes do not match their hash | once |
 * | `INTEGRITY_UNSUPPORTED` | the browser cannot bind the check to the code that runs: no document, no WebCrypto, Trusted Types in WebKit, … | no |
 * | `ORIGIN_REFUSED` | markup names an origin that the page's code did not allow | no |
 * | `CORS_BLOCKED` | the server answers, but this origin may not read the answer | no |
 * | `SYNTAX_ERROR` | the module, or one that it imports, does not parse | no |
 * | `EXPORT_MISSING` | an import names an export that does not exist | no |
 * | `SPECIFIER_UNKNOWN` | it imports a bare name missing from the import map, or an invalid URL; `cause` is a TypeError | no |
 * | `EVALUATION_ERROR` | the module threw while it ran; `cause` is the thrown value | no |
 * | `ELEMENT_NAME_TAKEN` | the module defines a custom element whose name is taken | no |
 * | `ELEMENT_MISSING` | <apus-lazy element="x-y">: the module does not define that element | no |
 * | `GAVE_UP` | `budget` or `retries` are used up; `cause` is the last failure | - |
 */
export class Failure extends ApusError {
  /** Whether another attempt may succeed. */
  retryable;
  /** The wait that the server asked for, ms. */
  retryAfter;

  /**
   * @param {string} code @param {string} message
   * @param {{ cause?: unknown, retryable?: boolean, retryAfter?: number }} [options]
   */
  constructor(code, message, { cause, retryable, retryAfter = 0 } = {}) {
    super(code, message, { cause });
    this.retryable = retryable ?? /^(NET|TIME)/.test(code);
    this.retryAfter = retryAfter;
  }
}
