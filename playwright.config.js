import { defineConfig } from "@playwright/test";
import { findChromium } from "./tools/setup/chromium.js";

export default defineConfig({
  testDir: "tests",
  testMatch: "**/*.spec.js",
  outputDir: "test-results",
  fullyParallel: true,
  workers: 2,
  timeout: 30_000,
  reporter: process.env.CI ? "line" : "list",
  use: {
    launchOptions: {
      executablePath: findChromium(),
      args: [
        "--no-sandbox",
        "--disable-background-networking",
        "--disable-component-update",
        "--no-first-run",
      ],
    },
  },
});
