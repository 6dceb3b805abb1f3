// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen, within } from "@testing-library/react";
import { useState } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { buildTimeline, type Timeline } from "@/lib/gantt/timeline";
import { type SpanFixture, spansToColumns } from "@/lib/trace/testing/spans-to-columns";
import { FlamePanel } from "./flame-panel";

const run: readonly SpanFixture[] = [
  { id: 1, name: "ask", duration: 100 },
  { id: 2, parent: 1, name: "plan", duration: 20, work: 1 },
  { id: 3, parent: 2, name: "query", start: 5, duration: 10, work: 6, error: true },
  { id: 4, parent: 1, name: "read", start: 20, duration: 50, work: 4 },
];

const timelineOf = (...runs: readonly (readonly SpanFixture[])[]) =>
  buildTimeline(runs.map((spans, i) => ({ runId: `run ${i}`, title: "", columns: spansToColumns(spans) })));

const onFind = vi.fn<(text: string) => void>();

/** The panel with a controlled find box. */
function Host({ timeline }: { readonly timeline: Timeline }) {
  const [find, setFind] = useState("");
  return (
    <FlamePanel
      timeline={timeline}
      view={{ startNs: 0, endNs: 100 }}
      selected={-1}
      find={find}
      onFind={(text) => {
        onFind(text);
        setFind(text);
      }}
      onSelect={() => undefined}
    />
  );
}

const tree = () => screen.getByRole("tree", { name: "Flame graph" });
const press = (key: string) => fireEvent.keyDown(tree(), { key });
const active = () => document.getElementById(tree().getAttribute("aria-activedescendant") ?? "")?.textContent;
const crumbs = () =>
  within(screen.getByRole("navigation", { name: "Zoomed into" }))
    .getAllByRole("button")
    .map((button) => button.textContent);
/** A point of the 1,000 pixels that the panel has. */
const at = (clientX: number, clientY: number) => ({ clientX, clientY });

beforeEach(() => {
  onFind.mockReset();
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(1_000);
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(200);
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

it("has a tree twin that keys move through", () => {
  render(<Host timeline={timelineOf(run)} />);
  press("ArrowDown");
  expect(active()).toBe("ask, 1 span, busy 100 ns, self 30 ns");
  press("ArrowDown");
  expect(active()).toBe("read, 1 span, busy 50 ns, self 50 ns, 50 % of the frame above");
  press("ArrowRight");
  expect(active()).toContain("plan");
  press("ArrowDown");
  expect(active()).toBe("query, 1 span, busy 10 ns, self 10 ns, 50 % of the frame above, 1 error");
  const item = within(tree()).getByRole("treeitem", { name: /^query/ });
  expect([item.getAttribute("aria-level"), item.getAttribute("aria-setsize")]).toEqual(["3", "1"]);
});

it("zooms in and out by keys, with the way back written out", () => {
  render(<Host timeline={timelineOf(run)} />);
  for (const key of ["ArrowDown", "ArrowDown", "ArrowRight", "Enter"]) press(key);
  expect(crumbs()).toEqual(["Everything", "ask", "plan"]);
  press("ArrowUp");
  expect(active()).toContain("plan");
  press("Escape");
  expect(crumbs()).toEqual(["Everything", "ask"]);
  press("Backspace");
  expect(crumbs()).toEqual(["Everything"]);
});

it("finds a frame's spans by space and by click, and marks the frame", () => {
  render(<Host timeline={timelineOf(run)} />);
  press("ArrowDown");
  press("ArrowDown");
  press(" ");
  expect(onFind).toHaveBeenLastCalledWith('path="ask>read"');
  expect(within(tree()).getByRole("treeitem", { selected: true }).textContent).toContain("read");
  // plan is right of read in the second row.
  fireEvent.click(tree(), at(600, 25));
  expect(onFind).toHaveBeenLastCalledWith('path="ask>plan"');
  fireEvent.click(tree(), at(990, 25));
  expect(onFind).toHaveBeenCalledTimes(2);
});

it("zooms into what is clicked twice, and back by the crumbs", () => {
  render(<Host timeline={timelineOf(run)} />);
  fireEvent.doubleClick(tree(), at(600, 25));
  expect(crumbs()).toEqual(["Everything", "ask", "plan"]);
  fireEvent.click(screen.getByRole("button", { name: "ask" }));
  expect(crumbs()).toEqual(["Everything", "ask"]);
});

it("tells what is under the pointer", () => {
  render(<Host timeline={timelineOf(run, run)} />);
  fireEvent.pointerMove(tree(), at(600, 25));
  const text = screen.getByRole("tooltip").textContent;
  expect(text).toContain("ask › plan");
  expect(text).toContain("Spans2");
  expect(text).toContain("Total40 ns");
  expect(text).toContain("Run 11 in run 0");
  fireEvent.pointerLeave(tree());
  expect(screen.queryByRole("tooltip")).toBeNull();
});

it("stays where it was when more spans arrive", () => {
  const { rerender } = render(<Host timeline={timelineOf(run)} />);
  for (const key of ["ArrowDown", "ArrowDown", "ArrowRight", "Enter"]) press(key);
  rerender(<Host timeline={timelineOf([...run, { id: 9, name: "before", duration: 500 }])} />);
  expect(crumbs()).toEqual(["Everything", "ask", "plan"]);
  expect(active()).toContain("plan");
});

it("says why it is empty", () => {
  render(<Host timeline={timelineOf([{ id: 1, name: "ask", duration: 0 }])} />);
  expect(screen.queryByRole("tree")).toBeNull();
  expect(screen.getByText(/No span lasts any time here/)).toBeDefined();
});
