// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { buildTimeline } from "@/lib/gantt/timeline";
import { type SpanFixture, spansToColumns } from "@/lib/trace/testing/spans-to-columns";
import type { PanelProps } from "./panel";
import { StagesPanel } from "./stages-panel";

const ms = 1e6;
const slow: readonly SpanFixture[] = [
  { id: 1, name: "ask", duration: 100 * ms },
  { id: 2, parent: 1, name: "search", start: 10 * ms, duration: 30 * ms, work: 3 },
  { id: 3, parent: 1, name: "search", start: 50 * ms, duration: 40 * ms, work: 3, error: true },
];
const quick: readonly SpanFixture[] = [
  { id: 1, name: "ask", duration: 50 * ms },
  { id: 2, parent: 1, name: "cache", duration: 5 * ms },
];

function show(runs: readonly (readonly SpanFixture[])[], changes: Partial<PanelProps> = {}) {
  const timeline = buildTimeline(
    runs.map((spans, i) => ({ runId: `run ${i}`, title: "", columns: spansToColumns(spans) })),
  );
  const props = {
    timeline,
    view: { startNs: 0, endNs: timeline.totalNs },
    selected: -1,
    find: "",
    onFind: vi.fn<(text: string) => void>(),
    onSelect: vi.fn<(node: number) => void>(),
    ...changes,
  };
  const { rerender } = render(<StagesPanel {...props} />);
  return { ...props, rerender };
}

const rows = () =>
  Array.from(screen.getByRole("table").querySelectorAll("tbody tr"), (row) =>
    Array.from(row.querySelectorAll("th, td"), (cell) => cell.textContent),
  );
const names = () => rows().map(([name]) => name);
const header = (name: string) => screen.getByRole("columnheader", { name });

afterEach(cleanup);

it("has a row for each name with its numbers", () => {
  show([slow]);
  expect(rows()).toEqual([
    ["search", "2", "70.0 ms", "70.0 ms", "35.0 ms", "39.5 ms", "40.0 ms", "⚠ 1", "70 %"],
    ["ask", "1", "100 ms", "30.0 ms", "100 ms", "100 ms", "100 ms", "", "30 %"],
  ]);
});

it("sorts by any column, and says by which", () => {
  show([slow]);
  expect(header("Self").getAttribute("aria-sort")).toBe("descending");
  fireEvent.click(screen.getByRole("button", { name: "Total" }));
  expect(names()).toEqual(["ask", "search"]);
  expect(header("Total").getAttribute("aria-sort")).toBe("descending");
  expect(header("Self").getAttribute("aria-sort")).toBe("none");
  fireEvent.click(screen.getByRole("button", { name: "Total" }));
  expect(names()).toEqual(["search", "ask"]);
  fireEvent.click(screen.getByRole("button", { name: "Name" }));
  expect(names()).toEqual(["ask", "search"]);
  expect(header("Name").getAttribute("aria-sort")).toBe("ascending");
});

it("finds a row's spans, goes to the first, and marks the row that is found", () => {
  const { onFind, onSelect } = show([slow]);
  fireEvent.click(screen.getByRole("button", { name: "Documents search" }));
  expect(onFind).toHaveBeenLastCalledWith('name="search"');
  fireEvent.click(screen.getByRole("cell", { name: "70 %" }));
  expect(onFind).toHaveBeenCalledTimes(2);
  fireEvent.click(screen.getByRole("button", { name: "2, go to the first" }));
  expect(onSelect).toHaveBeenLastCalledWith(1);
  expect(onFind).toHaveBeenCalledTimes(2);
  cleanup();

  const again = show([slow], { find: 'name="search"' });
  const row = screen.getByRole("row", { current: true });
  expect(row.textContent).toContain("search");
  fireEvent.click(row);
  expect(again.onFind).toHaveBeenLastCalledWith("");
});

it("tells names apart by what more it takes to find them", () => {
  const { onFind } = show([
    [
      { id: 1, name: "get", work: 6, duration: ms },
      { id: 2, name: "get", work: 8, start: 2 * ms, duration: 2 * ms },
    ],
  ]);
  fireEvent.click(screen.getByRole("button", { name: "HTTP get" }));
  expect(onFind).toHaveBeenLastCalledWith('name="get" work="http"');
});

it("counts what is in view on request", () => {
  show([slow], { view: { startNs: 20 * ms, endNs: 45 * ms } });
  fireEvent.click(screen.getByRole("button", { name: "In view" }));
  expect(rows().map((row) => row.slice(0, 4))).toEqual([
    ["search", "1", "20.0 ms", "20.0 ms"],
    ["ask", "1", "25.0 ms", "5.00 ms"],
  ]);
});

it("puts runs side by side, with the difference from the one that they are compared with", () => {
  show([slow, quick]);
  expect(Object.fromEntries(rows().map(([name, ...cells]) => [name, cells]))).toEqual({
    ask: ["100 ms", "50.0 ms", "−50.0 ms (−50 %)"],
    search: ["70.0 ms", "–", "not here"],
    cache: ["–", "5.00 ms", "only here"],
  });
  fireEvent.change(screen.getByRole("combobox", { name: "Compare" }), { target: { value: "errors" } });
  fireEvent.change(screen.getByRole("combobox", { name: "with" }), { target: { value: "1" } });
  expect(Object.fromEntries(rows().map(([name, ...cells]) => [name, cells]))).toMatchObject({
    ask: ["0", "same", "0"],
    search: ["1", "only here", "–"],
  });
  fireEvent.change(screen.getByRole("combobox", { name: "Compare" }), { target: { value: "total" } });
  fireEvent.click(screen.getByRole("button", { name: "Difference" }));
  expect(names()).toEqual(["search", "ask", "cache"]);
});

it("shows a part of many names, says how many are left, and narrows them down", () => {
  const many = Array.from({ length: 250 }, (_, i) => ({
    id: i + 1,
    name: `name ${i}`,
    duration: (250 - i) * ms,
  }));
  show([many]);
  expect(names()).toHaveLength(100);
  fireEvent.click(screen.getByRole("button", { name: "150 more names are not shown. Show 150 of them" }));
  expect(names()).toHaveLength(250);
  fireEvent.change(screen.getByRole("textbox", { name: "Narrow the names down" }), {
    target: { value: "NAME 24" },
  });
  expect(names()).toHaveLength(11);
});

it("keeps names as text and takes a run without spans", () => {
  show([[{ id: 1, name: "<img src=x>", duration: ms }]]);
  expect(screen.getByRole("rowheader").textContent).toBe("<img src=x>");
  cleanup();
  show([[]]);
  expect(screen.queryAllByRole("rowheader")).toHaveLength(0);
});

it("goes on where a run is gone that the rows were sorted by or compared with", () => {
  const { rerender, ...props } = show([slow, quick, quick]);
  fireEvent.change(screen.getByRole("combobox", { name: /with/ }), { target: { value: "2" } });
  fireEvent.click(screen.getByRole("button", { name: /^2\. / }));
  const timeline = buildTimeline([{ runId: "run 0", title: "", columns: spansToColumns(slow) }]);
  rerender(<StagesPanel {...props} timeline={timeline} />);
  expect(names()).toEqual(["search", "ask"]);
  expect(header("Self").getAttribute("aria-sort")).toBe("descending");
});
