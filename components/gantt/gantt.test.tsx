// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { nanoseconds } from "@/lib/base/time";
import type { Span } from "@/lib/trace/span";
import { type SpanFixture, spansToColumns } from "@/lib/trace/testing/spans-to-columns";
import { Gantt, type GanttState } from "./gantt";

const family: readonly SpanFixture[] = [
  { id: 1, name: "ask", duration: 1_000_000 },
  { id: 2, parent: 1, name: "plan", duration: 100_000, work: 1 },
  { id: 3, parent: 2, name: "chat", start: 10_000, duration: 50_000, work: 7, error: true },
  { id: 4, parent: 1, name: "answer", start: 200_000, duration: 300_000, work: 5 },
];

const runsOf = (spans: readonly SpanFixture[]) => [
  { runId: "r", title: "Why?", columns: spansToColumns(spans) },
];

function spanOf(name: string): Span {
  const startNs = nanoseconds(1_767_225_600_000_000_000n);
  return {
    traceId: "0123456789abcdef0123456789abcdef",
    spanId: "0000000000000001",
    parentSpanId: "",
    traceState: "",
    name,
    kind: "Client",
    serviceName: "service",
    scopeName: "scope",
    scopeVersion: "1",
    startNs,
    durationNs: nanoseconds(1_000n),
    status: "Ok",
    statusMessage: "",
    attributes: [{ key: "<b>key</b>", value: `<script>${"x".repeat(2_000)}`, type: "string" }],
    resource: [{ key: "host.name", value: "h", type: "string" }],
    events: [{ timeNs: nanoseconds(startNs + 400n), name: "cache.miss", attributes: [] }],
    links: [],
  };
}

const load = async () => spanOf("ask");
const grid = () => screen.getByRole("treegrid", { name: "Spans" });
const names = () =>
  within(grid())
    .getAllByRole("row")
    .slice(1)
    .map((row) => within(row).getAllByRole("gridcell")[0]?.textContent);
const press = (key: string) => fireEvent.keyDown(grid(), { key });
const selected = () => within(grid()).getByRole("row", { selected: true });

beforeEach(() => {
  // happy-dom lays nothing out: the rows get the room of a small window.
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(1_000);
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(400);
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

describe("Gantt", () => {
  it("has a treegrid twin with levels, states and errors", () => {
    render(<Gantt runs={runsOf(family)} loadSpan={load} />);
    expect(names()).toEqual(["ask", "plan", "chat", "answer"]);
    const row = within(grid()).getByRole("row", { name: /chat/ });
    expect(row.getAttribute("aria-level")).toBe("3");
    expect(row.textContent).toContain("error");
    // The column headers are a row too.
    expect(grid().getAttribute("aria-rowcount")).toBe("5");
  });

  it("moves, opens and closes by keys", () => {
    render(<Gantt runs={runsOf(family)} loadSpan={load} />);
    press("ArrowDown");
    press("j");
    expect(selected().textContent).toContain("plan");
    expect(grid().getAttribute("aria-activedescendant")).toBe(selected().id);
    press("ArrowLeft");
    expect(names()).toEqual(["ask", "plan", "answer"]);
    expect(selected().getAttribute("aria-expanded")).toBe("false");
    press("ArrowRight");
    press("ArrowRight");
    expect(selected().textContent).toContain("chat");
    press("ArrowLeft");
    expect(selected().textContent).toContain("plan");
    press("[");
    expect(names()).toEqual(["ask", "plan", "answer"]);
    press("]");
    expect(names()).toEqual(["ask", "plan", "chat", "answer"]);
  });

  it("takes the selection along to the row that hides it", () => {
    render(<Gantt runs={runsOf(family)} loadSpan={load} />);
    press("End");
    expect(selected().textContent).toContain("answer");
    press("[");
    press("[");
    expect(names()).toEqual(["ask"]);
    expect(selected().textContent).toContain("ask");
  });

  it("finds what a closed row hides, and tells how often", () => {
    render(<Gantt runs={runsOf(family)} loadSpan={load} />);
    press("[");
    const box = screen.getByRole("textbox", { name: /Find spans/ });
    fireEvent.change(box, { target: { value: "CHAT" } });
    expect(screen.getByRole("status").textContent).toBe("1 match");
    fireEvent.keyDown(box, { key: "Enter" });
    expect(selected().textContent).toContain("chat");
    // Letters typed in the box must not act as the timeline's keys.
    fireEvent.keyDown(box, { key: "j" });
    expect(selected().textContent).toContain("chat");
  });

  it("shows all of a span, as text and in bounds", async () => {
    render(<Gantt runs={runsOf(family)} loadSpan={load} />);
    press("ArrowDown");
    press("Enter");
    const panel = screen.getByRole("complementary");
    expect(within(panel).getByRole("heading", { level: 2 }).textContent).toBe("ask");
    await within(panel).findByText("<b>key</b>");
    const value = within(panel).getByText(/^<script>x+…$/);
    expect(value.textContent?.length).toBe(601);
    fireEvent.click(within(panel).getByRole("button", { name: "Show all 2,008 characters" }));
    expect(value.textContent?.length).toBe(2_008);
    expect(panel.textContent).toContain("cache.miss+400 ns");
    expect(panel.textContent).toContain("host.name");
    press("Escape");
    expect(screen.queryByRole("complementary")).toBeNull();
    press("Escape");
    expect(within(grid()).queryByRole("row", { selected: true })).toBeNull();
  });

  it("gives up reading a span that is no longer looked at, and says why one cannot be read", async () => {
    const signals: AbortSignal[] = [];
    const loadSpan = (_: number, span: number, signal: AbortSignal): Promise<Span> => {
      signals.push(signal);
      return span === 0
        ? new Promise(() => {})
        : Promise.reject(new Error("The database is away. Try again."));
    };
    render(<Gantt runs={runsOf(family)} loadSpan={loadSpan} />);
    press("ArrowDown");
    press("Enter");
    expect(screen.getByRole("complementary").textContent).toContain("Reading the span");
    press("ArrowDown");
    expect(signals[0]?.aborted).toBe(true);
    await screen.findByText("The database is away. Try again.");
  });

  it("opens as it was and tells what it shows", async () => {
    const states: GanttState[] = [];
    const initialState = { startNs: 0, endNs: 500_000, selected: { run: 0, span: 2 }, find: "chat" };
    render(
      <Gantt
        runs={runsOf(family)}
        loadSpan={load}
        initialState={initialState}
        onStateChange={(state) => states.push(state)}
      />,
    );
    expect(selected().textContent).toContain("chat");
    expect(screen.getByRole("complementary")).not.toBeNull();
    await waitFor(() => expect(states.at(-1)).toEqual(initialState));
  });

  it("says what is missing and what is odd", () => {
    const columns = { ...spansToColumns([{ id: 1, parent: 9 }]), total: 11, leftOut: 10 };
    render(<Gantt runs={[{ runId: "r", title: "", columns }]} loadSpan={load} />);
    const note = screen.getByRole("note").textContent;
    expect(note).toContain("10 of 11 spans are not shown");
    expect(note).toContain("1 whose parent is not in the run");
  });

  it("takes a run without spans", () => {
    render(<Gantt runs={runsOf([])} loadSpan={load} />);
    expect(names()).toEqual([]);
    press("ArrowDown");
    press("f");
  });

  it("lists every key it knows", () => {
    render(<Gantt runs={runsOf(family)} loadSpan={load} />);
    press("?");
    const sheet = screen.getByRole("dialog", { name: "Keys" });
    expect(sheet.textContent).toContain("Fit the selected span");
    expect(sheet.querySelectorAll("kbd").length).toBeGreaterThan(20);
  });
});
