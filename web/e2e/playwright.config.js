// The browser tests. They use the Chromium of the system (CHROMIUM_PATH, else Debian's) and start what they need:
// the storybook, which needs no backend.
import { fileURLToPath } from "node:url";
import { defineConfig } from "@playwright/test";

const root = fileURLToPath(new URL("../..", import.meta.url));
const storybook = "http://127.0.0.1:8390";

export default defineConfig({
  testDir: "tests",
  workers: 1,
  reporter: "list",
  timeout: 60_000,
  forbidOnly: !!process.env.CI,
  use: {
    baseURL: storybook,
    locale: "en-GB",
    timezoneId: "Europe/Brussels",
    trace: "off",
    launchOptions: {
      executablePath: process.env.CHROMIUM_PATH || "/usr/bin/chromium",
      args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    },
  },
  webServer: [
    {
      command: "go run ./web/storybook/cmd -listen 127.0.0.1:8390",
      cwd: root,
      url: storybook + "/dev/storybook",
      reuseExistingServer: false,
      timeout: 240_000,
    },
  ],
});
