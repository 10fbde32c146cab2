import { must } from "../../run.js";
import { debianArchive } from "./archive.js";

/** Whether packages can be installed into this system: as root, on Debian or a derivative. */
export function canInstallPackages() {
  return process.getuid?.() === 0 && debianArchive() !== undefined;
}

/**
 * Requires: canInstallPackages().
 *
 * @param {...string} names Debian's packages
 * @throws {import("../command.js").CommandError}
 */
export async function installSystemPackages(...names) {
  // In run level 1 no service of a package is started.
  const env = { DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" };
  const apt = (/** @type {string[]} */ ...args) =>
    must("apt-get", ["-q", "-y", "-o", "DPkg::Lock::Timeout=300", ...args], { env });
  const install = () => apt("install", "--no-install-recommends", ...names);
  try {
    await install();
  } catch {
    // The package lists may be missing or old.
    await apt("update");
    await install();
  }
}
