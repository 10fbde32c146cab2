/** @type {{ createScriptURL: (url: string) => string } | undefined} */ let policy;

/**
 * Pages that require Trusted Types start workers only through a policy. Ours is `apus`, which they
 * allow with `trusted-types apus`; it can be made once a page.
 * @param {string} url
 * @returns {string} or, to such a page, a TrustedScriptURL
 */
export function trusted(url) {
  try {
    policy ??= /** @type {any} */ (globalThis).trustedTypes?.createPolicy("apus", {
      createScriptURL: (/** @type {string} */ url) => url,
    });
  } catch {
    // A page that does not allow the policy may not require one either.
  }
  return policy?.createScriptURL(url) ?? url;
}
