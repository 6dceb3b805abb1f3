// @ts-check
/** Prints where Playwright's own Chromium is, or would be. A file of its own: it needs installed packages. */
import { chromium } from "@playwright/test";

console.log(chromium.executablePath());
