// @ts-check
/** @param {string} what @param {() => Promise<boolean>} isSo */
export async function until(what, isSo) {
  for (let tries = 0; tries < 120; tries++) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error(`not within 30 s: ${what}`);
}
