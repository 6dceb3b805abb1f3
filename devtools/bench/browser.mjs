// @ts-check
/** A browser with a fresh profile for one measurement, and what is measured inside its page. */
import { chromium as playwrightChromium } from "@playwright/test";

/** A frame that takes longer than this was late: a 60 Hz display shows one every 16.7 ms. */
const lateFrameMs = 20;
const gestureMs = 3_000;
const detailClicks = 7;
const limitMs = 60_000;

/**
 * @template T
 * @param {string} executablePath
 * @param {(browser: { open: (url: string) => Promise<Measured> }) => Promise<T>} work
 */
export async function openBrowser(executablePath, work) {
  const isRoot = process.getuid?.() === 0;
  const browser = await playwrightChromium.launch({
    executablePath,
    args: [
      ...(isRoot ? ["--no-sandbox"] : []),
      "--disable-background-networking",
      "--disable-gpu",
      // performance.memory is otherwise rounded.
      "--enable-precise-memory-info",
    ],
  });
  try {
    const context = await browser.newContext({ viewport: { width: 1600, height: 900 } });
    return await work({
      open: async (url) => {
        const page = await context.newPage();
        page.setDefaultTimeout(limitMs);
        await page.addInitScript(watchFirstDrawing);
        await page.goto(url, { waitUntil: "commit" });
        return new Measured(page);
      },
    });
  } finally {
    await browser.close();
  }
}

/** In the page: notes when the timeline, or a peer's, has been painted for the first time. */
function watchFirstDrawing() {
  const look = () => {
    // The timeline says what it shows once it has drawn; the peer takes its title from the profile.
    const isDrawn =
      document.querySelector(".gantt[data-view-start]") !== null ||
      (document.title.includes("peer") && document.querySelector("canvas") !== null);
    // The frame that holds it is on screen when the next one begins.
    if (isDrawn) requestAnimationFrame(() => performance.mark("first-drawn"));
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

class Measured {
  /** @param {import("@playwright/test").Page} page */
  constructor(page) {
    this.page = page;
  }

  /** Milliseconds from the navigation to the first drawn timeline. */
  async drawnMs() {
    await this.page.waitForFunction(() => performance.getEntriesByName("first-drawn").length > 0);
    return this.page.evaluate(() => performance.getEntriesByName("first-drawn")[0]?.startTime ?? Number.NaN);
  }

  peerDrawnMs() {
    return this.drawnMs();
  }

  /** What JavaScript holds after a collection, without the buffers of typed arrays that the engine counts apart. */
  async heapMb() {
    const session = await this.page.context().newCDPSession(this.page);
    await session.send("HeapProfiler.collectGarbage");
    const { usedSize } = await session.send("Runtime.getHeapUsage");
    await session.detach();
    return usedSize / 1e6;
  }

  /** @param {string} key */
  async press(key) {
    await this.page.locator(".gantt-scroller").focus();
    await this.page.keyboard.press(key);
  }

  /** @param {string} path */
  async screenshot(path) {
    await this.page.screenshot({ path });
  }

  /**
   * Moves for three seconds, one step a frame, and looks at the frames: `fps` is frames by time, `slowShare` the
   * share of frames that were late. Zooming goes in and out again; panning needs a view that is zoomed in.
   * @param {"zoom" | "pan"} gesture
   */
  async framesWhile(gesture) {
    const frames = await this.page.evaluate(
      ({ gesture, gestureMs }) =>
        new Promise((/** @type {(frames: number[]) => void} */ resolve, reject) => {
          const canvas = /** @type {HTMLElement} */ (
            document.querySelector(".gantt-canvas") ?? document.querySelectorAll("canvas")[0]
          );
          const box = canvas.getBoundingClientRect();
          const at = { clientX: box.left + box.width * 0.6, clientY: box.top + box.height * 0.5 };
          const wheel = (/** @type {WheelEventInit} */ init) =>
            canvas.dispatchEvent(
              new WheelEvent("wheel", { bubbles: true, cancelable: true, ...at, ...init }),
            );
          // The peer zooms with ctrl; the timeline with or without.
          if (gesture === "pan") for (let i = 0; i < 12; i++) wheel({ deltaY: -120, ctrlKey: true });
          const timeline = document.querySelector(".gantt");
          /** @type {Set<string | null>} */
          const views = new Set();
          /** @type {number[]} */
          const frames = [];
          let beforeMs = 0;
          const startedMs = performance.now();
          const step = (/** @type {number} */ nowMs) => {
            if (beforeMs > 0) frames.push(nowMs - beforeMs);
            beforeMs = nowMs;
            const done = (performance.now() - startedMs) / gestureMs;
            if (timeline) views.add(timeline.getAttribute("data-view-start"));
            // A picture that does not change misses no frame.
            if (done >= 1 && timeline && views.size < frames.length / 2) {
              return reject(new Error(`${gesture}: ${views.size} views in ${frames.length} frames`));
            }
            if (done >= 1) return resolve(frames);
            if (gesture === "zoom") wheel({ deltaY: done < 0.5 ? -40 : 40, ctrlKey: true });
            else wheel({ deltaX: done < 0.5 ? 14 : -14 });
            requestAnimationFrame(step);
          };
          requestAnimationFrame(step);
        }),
      { gesture, gestureMs },
    );
    const totalMs = frames.reduce((sum, ms) => sum + ms, 0);
    return {
      fps: (frames.length * 1_000) / totalMs,
      slowShare: frames.filter((ms) => ms > lateFrameMs).length / frames.length,
    };
  }

  /** Milliseconds from a click on another row to its attributes on screen, of several clicks. */
  async detailTimes() {
    const rowPx = 22;
    const box = await this.page.locator(".gantt-canvas").boundingBox();
    if (!box) throw new Error("The timeline is not shown.");
    await this.page.evaluate(() => {
      /** @type {string | null} */
      let shown = null;
      // From the event's own time: what the browser needed to bring it is part of what a person waits for.
      window.addEventListener(
        "pointerdown",
        (event) => {
          const look = () => {
            const details = document.querySelector('.gantt-details[data-state="whole"]');
            const node = details?.getAttribute("data-node") ?? null;
            if (node === null || node === shown) return requestAnimationFrame(look);
            shown = node;
            return requestAnimationFrame(() => performance.measure("detail", { start: event.timeStamp }));
          };
          requestAnimationFrame(look);
        },
        { capture: true },
      );
    });
    for (let click = 0; click < detailClicks; click++) {
      // In the tree column, where every row has its name.
      await this.page.mouse.click(box.x + 90, box.y + 24 + rowPx * (2 + click * 2) + rowPx / 2);
      await this.page.waitForFunction(
        (count) => performance.getEntriesByName("detail").length >= count,
        click + 1,
      );
    }
    const times = await this.page.evaluate(() =>
      performance.getEntriesByName("detail").map(({ duration }) => duration),
    );
    // The first opens the panel; a person's second click is what they feel.
    return times;
  }

  /**
   * Milliseconds from the last key to the whole number of matches on screen.
   * @param {string} text
   */
  async findMs(text) {
    const input = this.page.locator(".gantt-find input");
    await input.fill("");
    await this.page.evaluate(() => performance.clearMeasures("found"));
    await this.page.evaluate(() => {
      const input = document.querySelector(".gantt-find input");
      input?.addEventListener(
        "input",
        (event) => {
          const look = () => {
            const found = document.querySelector(".gantt-found");
            const isDone = found?.textContent !== "" && found?.getAttribute("aria-busy") === "false";
            if (!isDone) return requestAnimationFrame(look);
            return requestAnimationFrame(() => performance.measure("found", { start: event.timeStamp }));
          };
          requestAnimationFrame(look);
        },
        { once: true },
      );
    });
    await input.fill(text);
    await this.page.waitForFunction(() => performance.getEntriesByName("found").length > 0);
    return this.page.evaluate(() => performance.getEntriesByName("found").at(-1)?.duration ?? Number.NaN);
  }
}
