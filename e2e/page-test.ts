import { test as base, expect } from "@playwright/test";

/** The browser test, which also fails where a page throws or its content security policy stops something. */
export const test = base.extend<{ quietPage: undefined }>({
  quietPage: [
    async ({ page }, use) => {
      const mistakes: string[] = [];
      page.on("pageerror", (error) => mistakes.push(error.message));
      page.on("console", (message) => {
        if (/Content Security Policy|Hydration|hydrat/.test(message.text())) mistakes.push(message.text());
      });
      await use(undefined);
      expect(mistakes).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

/** A word that no other test and no data holds. */
export function freshWord(): string {
  return `zq${Math.random().toString(36).slice(2, 10)}`;
}
