// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen, within } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { FoundSpans, SearchSpans } from "@/lib/gantt/find/find-nodes";
import { type SpanFixture, spansToColumns } from "@/lib/trace/testing/spans-to-columns";
import { Gantt, type GanttState } from "../gantt";

const family: readonly SpanFixture[] = [
  { id: 1, name: "ask", duration: 1_000_000 },
  { id: 2, parent: 1, name: "plan", duration: 100_000, work: 1 },
  { id: 3, parent: 2, name: "chat", start: 10_000, duration: 50_000, work: 7, error: true },
  { id: 4, parent: 1, name: "answer", start: 200_000, duration: 300_000, work: 5 },
];
const runsOf = (spans: readonly SpanFixture[]) => [
  { runId: "r", title: "Why?", columns: spansToColumns(spans) },
];
const never = () => new Promise<never>(() => {});

const grid = () => screen.getByRole("treegrid", { name: "Spans" });
const names = () =>
  within(grid())
    .getAllByRole("row")
    .slice(1)
    .map((row) => within(row).getAllByRole("gridcell")[0]?.textContent);
const box = () => screen.getByRole("textbox", { name: /Find spans/ });
const type = (text: string) => fireEvent.change(box(), { target: { value: text } });
const found = () => document.querySelector(".gantt-found")?.textContent;

/** A store that answers when the test says so. */
function store() {
  const asked: {
    terms: string[];
    signal: AbortSignal;
    answer(found: readonly FoundSpans[]): void;
    fail(reason: Error): void;
  }[] = [];
  const searchSpans: SearchSpans = (_, terms, signal) =>
    new Promise((answer, fail) => {
      asked.push({ terms: terms.map(({ source }) => source), signal, answer, fail });
    });
  return { asked, searchSpans };
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(1_000);
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(400);
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("finding", () => {
  it("tells at once what the rows show, and joins what the store finds", async () => {
    const { asked, searchSpans } = store();
    render(<Gantt runs={runsOf(family)} loadSpan={never} searchSpans={searchSpans} />);
    type("an -error");
    expect(found()).toBe("2 matches…");
    expect(asked.map(({ terms }) => terms)).toEqual([["an"]]);
    asked[0]?.answer([{ spans: [0, 1, 2], complete: true }]);
    await vi.waitFor(() => expect(found()).toBe("3 matches"));
    // What is known is not asked for again; another word is.
    type("an -error size>3");
    expect(asked.map(({ terms }) => terms)).toEqual([["an"], ["size>3"]]);
  });

  it("asks a store that keeps up with every key, and one that does not when typing rests", async () => {
    const { asked, searchSpans } = store();
    render(<Gantt runs={runsOf(family)} loadSpan={never} searchSpans={searchSpans} />);
    const textsAsked = () => asked.map(({ terms }) => terms[0]);
    type("k=a");
    asked[0]?.answer([{ spans: [0], complete: true }]);
    await vi.waitFor(() => expect(found()).toBe("1 match"));
    type("k=ab");
    expect(textsAsked()).toEqual(["k=a", "k=ab"]);
    // Not answered yet.
    type("k=abc");
    await vi.advanceTimersByTimeAsync(199);
    type("k=abcd");
    await vi.advanceTimersByTimeAsync(199);
    expect(textsAsked()).toEqual(["k=a", "k=ab"]);
    await vi.advanceTimersByTimeAsync(1);
    expect(textsAsked()).toEqual(["k=a", "k=ab", "k=abcd"]);
    asked[2]?.answer([{ spans: [0, 1], complete: true }]);
    await vi.waitFor(() => expect(found()).toBe("2 matches"));
    type("k=x");
    expect(textsAsked()).toEqual(["k=a", "k=ab", "k=abcd", "k=x"]);
  });

  it("gives up a search that nobody waits for", async () => {
    const { asked, searchSpans } = store();
    render(<Gantt runs={runsOf(family)} loadSpan={never} searchSpans={searchSpans} />);
    type("k=a");
    await vi.advanceTimersByTimeAsync(300);
    type("k=ab");
    expect(asked[0]?.signal.aborted).toBe(true);
    asked[0]?.answer([{ spans: [0], complete: true }]);
    await vi.advanceTimersByTimeAsync(300);
    expect(asked.map(({ terms }) => terms)).toEqual([["k=a"], ["k=ab"]]);
    expect(found()).toBe("0 matches…");
  });

  it("keeps what it shows for a moment while the store is asked, and no longer", async () => {
    const { asked, searchSpans } = store();
    render(<Gantt runs={runsOf(family)} loadSpan={never} searchSpans={searchSpans} />);
    type("name=chat");
    fireEvent.click(screen.getByRole("button", { name: "Hide others" }));
    type("k=a");
    expect([names(), found()]).toEqual([["ask", "plan", "chat"], "0 matches…"]);
    asked[0]?.answer([{ spans: [3], complete: true }]);
    await vi.waitFor(() => expect(names()).toEqual(["ask", "answer"]));
    type("k=b");
    await vi.advanceTimersByTimeAsync(299);
    expect(names()).toEqual(["ask", "answer"]);
    await vi.advanceTimersByTimeAsync(1);
    await vi.waitFor(() => expect(names()).toEqual(["ask", "plan", "chat", "answer"]));
    expect(found()).toBe("0 matches…");
  });

  it("says why the store did not answer, and where it stopped", async () => {
    const { asked, searchSpans } = store();
    render(<Gantt runs={runsOf(family)} loadSpan={never} searchSpans={searchSpans} />);
    type("k=a");
    await vi.advanceTimersByTimeAsync(300);
    asked[0]?.fail(new Error("The database is away. Try again."));
    await vi.waitFor(() =>
      screen.getByText("Attributes were not searched. The database is away. Try again."),
    );
    type("k=b");
    await vi.advanceTimersByTimeAsync(300);
    asked[1]?.answer([{ spans: [3], complete: false }]);
    await vi.waitFor(() => screen.getByText(/More spans match than are marked/));
    expect(found()).toBe("1 match");
  });

  it("keeps the matches of the last text that was right while one is wrong", () => {
    render(<Gantt runs={runsOf(family)} loadSpan={never} />);
    type("name=chat");
    fireEvent.click(screen.getByRole("button", { name: "Hide others" }));
    expect(names()).toEqual(["ask", "plan", "chat"]);
    type("name=chat /[/");
    expect(screen.getByRole("alert").textContent).toBe("The expression opens [ and does not close it.");
    expect(box().getAttribute("aria-invalid")).toBe("true");
    expect(names()).toEqual(["ask", "plan", "chat"]);
    type("");
    expect(names()).toEqual(["ask", "plan", "chat", "answer"]);
  });

  it("tells those who do not see the rows which of them match, and no longer when nothing is asked for", () => {
    render(<Gantt runs={runsOf(family)} loadSpan={never} />);
    const status = () =>
      within(grid())
        .getAllByRole("row")
        .slice(1)
        .map((row) => within(row).getAllByRole("gridcell")[4]?.textContent);
    expect(status()).toEqual(["", "", "error", ""]);
    type("an");
    expect(status()).toEqual(["", "matches", "error", "matches"]);
    type("");
    expect(status()).toEqual(["", "", "error", ""]);
  });

  it("shows everything where nothing matches, rather than nothing", () => {
    render(
      <Gantt runs={runsOf(family)} loadSpan={never} initialState={{ startNs: 0, endNs: 1, hide: true }} />,
    );
    type("name=nobody");
    expect(found()).toBe("0 matches");
    expect(names()).toHaveLength(4);
  });

  it("finds what a notice speaks of", () => {
    const odd = runsOf([
      ...family,
      { id: 9, parent: 77, name: "lost", duration: 5 },
      { id: 10, parent: 1, name: "tick" },
    ]);
    render(<Gantt runs={odd} loadSpan={never} />);
    fireEvent.click(screen.getByRole("button", { name: "1 whose parent is not in the run" }));
    expect(box().getAttribute("value")).toBe("is:orphan");
    expect(found()).toBe("1 match");
    fireEvent.click(screen.getByRole("button", { name: "1 that last no time" }));
    expect(found()).toBe("1 match");
  });
});

describe("what is shown", () => {
  it("stays when more spans of the run arrive", async () => {
    const states: GanttState[] = [];
    const tell = (state: GanttState) => states.push(state);
    const { rerender } = render(<Gantt runs={runsOf(family)} loadSpan={never} onStateChange={tell} />);
    const press = (key: string) => fireEvent.keyDown(grid(), { key });
    press("ArrowDown");
    press("ArrowDown");
    press("ArrowLeft");
    press("f");
    expect(names()).toEqual(["ask", "plan", "answer"]);
    await vi.advanceTimersByTimeAsync(200);
    const before = states.at(-1);
    rerender(
      <Gantt
        runs={runsOf([...family, { id: 5, parent: 1, name: "late", start: 600_000, duration: 10 }])}
        loadSpan={never}
        onStateChange={tell}
      />,
    );
    expect(names()).toEqual(["ask", "plan", "answer", "late"]);
    await vi.advanceTimersByTimeAsync(200);
    expect(within(grid()).getByRole("row", { selected: true }).textContent).toContain("plan");
    expect(states.at(-1)).toMatchObject({
      startNs: before?.startNs,
      endNs: before?.endNs,
      selected: { run: 0, span: 1 },
    });
  });

  it("hides what does not match also in the rows that arrive", async () => {
    const initialState = { startNs: 0, endNs: 1_000, find: "name=answer or name=late", hide: true };
    const gantt = (spans: readonly SpanFixture[]) => (
      <Gantt runs={runsOf(spans)} loadSpan={never} initialState={initialState} />
    );
    const { rerender } = render(gantt(family));
    expect(names()).toEqual(["ask", "answer"]);
    const late = Array.from({ length: 3 }, (_, i) => ({
      id: 5 + i,
      parent: 1,
      name: "late",
      start: 600_000,
    }));
    rerender(gantt([...family, ...late]));
    expect(names()).toEqual(["ask", "answer", "late", "late", "late"]);
    // Fewer, where a run that was compared is taken away.
    rerender(gantt(family.slice(0, 2)));
    expect(names().length).toBeLessThanOrEqual(2);
    await vi.advanceTimersByTimeAsync(200);
  });

  it("can be put back from its state, closed rows and search included", async () => {
    const states: GanttState[] = [];
    const { unmount } = render(
      <Gantt runs={runsOf(family)} loadSpan={never} onStateChange={(state) => states.push(state)} />,
    );
    fireEvent.keyDown(grid(), { key: "ArrowDown" });
    fireEvent.keyDown(grid(), { key: "j" });
    fireEvent.keyDown(grid(), { key: "ArrowLeft" });
    type("name=answ");
    type("name=answer");
    // Typing is reported once it pauses.
    expect(states.some(({ find }) => find !== undefined)).toBe(false);
    await vi.advanceTimersByTimeAsync(120);
    expect(new Set(states.flatMap(({ find }) => find ?? []))).toEqual(new Set(["name=answer"]));
    const state = states.at(-1);
    expect(state).toMatchObject({
      find: "name=answer",
      folds: { depth: Number.POSITIVE_INFINITY, turned: [{ run: 0, span: 1 }] },
    });
    unmount();
    render(<Gantt runs={runsOf(family)} loadSpan={never} initialState={state} />);
    expect(names()).toEqual(["ask", "plan", "answer"]);
    expect(found()).toBe("1 match");
  });

  it("hears keys of a page where nothing has the focus", async () => {
    render(<Gantt runs={runsOf(family)} loadSpan={never} />);
    fireEvent.keyDown(document.body, { key: "j" });
    await vi.waitFor(() => within(grid()).getByRole("row", { selected: true }));
    fireEvent.keyDown(document.body, { key: "/" });
    expect(document.activeElement).toBe(box());
  });

  it("gives the names another width by keys, within bounds", () => {
    render(<Gantt runs={runsOf(family)} loadSpan={never} />);
    const border = screen.getByRole("separator", { name: "Width of the names" });
    expect(border.getAttribute("aria-valuenow")).toBe("340");
    fireEvent.keyDown(border, { key: "ArrowRight" });
    expect(border.getAttribute("aria-valuenow")).toBe("356");
    fireEvent.keyDown(border, { key: "End" });
    expect(border.getAttribute("aria-valuenow")).toBe("700");
    fireEvent.keyDown(border, { key: "Home" });
    expect(border.getAttribute("aria-valuenow")).toBe("96");
    localStorage.clear();
  });

  it("puts the sheet for paper in when it is printed, and takes it out again", () => {
    const errorRun = { ...runsOf(family)[0], runId: "run-7" };
    render(
      <Gantt
        runs={[{ runId: errorRun.runId, title: "Why?", columns: spansToColumns(family) }]}
        loadSpan={never}
      />,
    );
    const sheet = () => document.querySelector(".gantt-print")?.textContent;
    expect(sheet()).toBe("");
    window.dispatchEvent(new Event("beforeprint"));
    expect(sheet()).toContain("Why?⚠ 1 span with errors · 1.00 ms · 4 spans");
    expect(sheet()).toContain("run run-7");
    expect(sheet()).toContain("Critical path");
    expect(sheet()).not.toContain("Not printed");
    window.dispatchEvent(new Event("afterprint"));
    expect(sheet()).toBe("");
  });

  it("prints the panel that is open", () => {
    render(<Gantt runs={runsOf(family)} loadSpan={never} />);
    const printed = () => {
      window.dispatchEvent(new Event("beforeprint"));
      const texts = (tag: string) =>
        Array.from(document.querySelectorAll(`.gantt-print ${tag}`), ({ textContent }) => textContent);
      const shown = { headings: texts("h2"), rows: texts("tbody tr") };
      window.dispatchEvent(new Event("afterprint"));
      return shown;
    };
    expect(printed()).toEqual({ headings: [], rows: [] });
    fireEvent.click(screen.getByRole("button", { name: "Stages" }));
    expect(printed()).toEqual({
      headings: ["Stages of the whole run"],
      rows: [
        "ask11.00 ms600 µs1.00 ms1.00 ms1.00 ms60 %",
        "answer1300 µs300 µs300 µs300 µs300 µs30 %",
        "chat150.0 µs50.0 µs50.0 µs50.0 µs50.0 µs15 %",
        "plan1100 µs50.0 µs100 µs100 µs100 µs5 %",
      ],
    });
    fireEvent.click(screen.getByRole("button", { name: "Flame graph" }));
    expect(printed()).toEqual({ headings: ["Flame graph of all spans"], rows: [] });
  });
});
