import { defineConfig } from "@playwright/test";
import { findChromium, findHeadlessShell } from "./tools/setup/chromium.js";

export default defineConfig({
  testDir: "tests",
  testMatch: "**/*.spec.js",
  outputDir: "test-results",
  fullyParallel: true,
  workers: 3, // pages mostly wait: two cores carry three
  // Generous: they only bound how long a failure takes. A loaded machine is no failure.
  timeout: 180_000,
  expect: { timeout: 40_000 },
  // A test that passes when repeated is a broken test, in CI too.
  retries: 0,
  reporter: process.env.CI ? "line" : "list",
  use: {
    launchOptions: {
      executablePath: findHeadlessShell() ?? findChromium(),
      args: [
        "--no-sandbox",
        "--disable-background-networking",
        "--disable-component-update",
        "--no-first-run",
      ],
    },
  },
});
