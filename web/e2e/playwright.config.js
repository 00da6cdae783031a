// The browser tests. They use the Chromium of the system (CHROMIUM_PATH, else Debian's), and start what they need: the
// storybook, which needs no backend (tests/book.js), and a whole house on an empty database (tests/house.js).
import { defineConfig } from "@playwright/test";

export default defineConfig({
  testDir: "tests",
  globalSetup: "./build.js",
  workers: 1,
  reporter: "list",
  timeout: 120_000,
  expect: { timeout: 15_000 },
  forbidOnly: !!process.env.CI,
  use: {
    locale: "en-GB",
    timezoneId: "Europe/Brussels",
    actionTimeout: 15_000,
    trace: "off",
    launchOptions: {
      executablePath: process.env.CHROMIUM_PATH || "/usr/bin/chromium",
      args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    },
  },
});
