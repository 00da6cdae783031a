// The storybook, which needs no backend.
import { test as base, expect } from "@playwright/test";
import { launch } from "./program.js";

export const test = base.extend({
  book: [
    async ({}, use) => {
      const { address, stop } = await launch("storybook", []);
      await use(address);
      await stop();
    },
    { scope: "worker" },
  ],
  baseURL: ({ book }, use) => use(book),
});

export { expect };
