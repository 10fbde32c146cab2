import { canInstallPackages, installSystemPackages } from "./debian/system-packages.js";

/**
 * Installs what some tests want and the rest can do without. It never fails: where it cannot be
 * had, that is told.
 *
 * @template Found
 * @param {import("./steps.js").Step} step
 * @param {string} title for people
 * @param {string[]} packages Debian's
 * @param {() => Found | undefined} find
 * @returns {Promise<Found | undefined>}
 */
export async function installOptional(step, title, packages, find) {
  const names = packages.join(" ");
  if (!canInstallPackages()) {
    step.note(`no ${title} here, its tests are skipped (Debian's packages: ${names})`);
    return undefined;
  }
  try {
    await step(`install ${title} (apt-get install ${names})`, () =>
      installSystemPackages(...packages),
    );
  } catch (error) {
    step.note(`its tests are skipped: ${/** @type {Error} */ (error).message}`);
  }
  return find();
}
