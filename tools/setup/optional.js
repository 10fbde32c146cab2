import { canInstallPackages, installSystemPackages } from "./debian/system-packages.js";

/**
 * Installs a program that only some tests need, or that makes them faster. It never fails: it reports
 * why the program cannot be installed.
 *
 * @template Found
 * @param {import("./steps.js").Step} step
 * @param {string} title for people
 * @param {string[]} packages Debian's
 * @param {() => Found | undefined} find
 * @param {string} [without] what follows when it is missing
 * @returns {Promise<Found | undefined>}
 */
export async function installOptional(
  step,
  title,
  packages,
  find,
  without = "its tests are skipped",
) {
  const names = packages.join(" ");
  if (!canInstallPackages()) {
    step.note(`no ${title} here, so ${without} (Debian's packages: ${names})`);
    return undefined;
  }
  try {
    await step(`install ${title} (apt-get install ${names})`, () =>
      installSystemPackages(...packages),
    );
  } catch (error) {
    step.note(`${without}: ${/** @type {Error} */ (error).message}`);
  }
  return find();
}
