// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { noFilter } from "./runs-address";
import { RunsFilterBar } from "./runs-filter";

afterEach(cleanup);

const choices = {
  statuses: { ok: 1_200, error: 3 },
  modes: [
    { mode: "structured", runs: 1_000 },
    { mode: "", runs: 200 },
    { mode: "their own", runs: 3 },
  ],
  services: [
    { service: "shop", runs: 1_000 },
    { service: "web", runs: 203 },
  ],
};
const names = () => screen.getAllByRole("button").map((button) => button.textContent);

it("offers what there is, with counts, and what a question can be answered from always", () => {
  render(<RunsFilterBar filter={noFilter} choices={choices} onChange={vi.fn()} />);
  expect(names()).toEqual([
    "Clear all",
    "OK1,200",
    "Errors3",
    "Tables1,000",
    "Documents0",
    "Both0",
    "their own3",
    "Other200",
    "shop1,000",
    "web203",
  ]);
});

it("keeps the chips' places before the counts are known", () => {
  render(
    <RunsFilterBar
      filter={{ ...noFilter, service: "gone", mode: "" }}
      choices={undefined}
      onChange={vi.fn()}
    />,
  );
  expect(names()).toEqual(["Clear all", "OK", "Errors", "Tables", "Documents", "Both", "Other", "gone"]);
});

it("sets a filter by its chip and takes it back by the same", () => {
  const onChange = vi.fn();
  const { rerender } = render(<RunsFilterBar filter={noFilter} choices={choices} onChange={onChange} />);
  fireEvent.click(screen.getByRole("button", { name: /Other/ }));
  expect(onChange).toHaveBeenLastCalledWith({ mode: "" });
  rerender(<RunsFilterBar filter={{ ...noFilter, mode: "" }} choices={choices} onChange={onChange} />);
  const other = screen.getByRole("button", { name: /Other/ });
  expect(other.getAttribute("aria-pressed")).toBe("true");
  fireEvent.click(other);
  expect(onChange).toHaveBeenLastCalledWith({ mode: undefined });
  fireEvent.click(screen.getByRole("button", { name: "Clear all" }));
  expect(onChange).toHaveBeenLastCalledWith(noFilter);
});

it("offers many services as a list", () => {
  const services = Array.from({ length: 6 }, (_, i) => ({ service: `s${i}`, runs: i }));
  const onChange = vi.fn();
  render(<RunsFilterBar filter={noFilter} choices={{ ...choices, services }} onChange={onChange} />);
  fireEvent.change(screen.getByRole("combobox", { name: "Service" }), { target: { value: "s3" } });
  expect(onChange).toHaveBeenLastCalledWith({ service: "s3" });
});

it("says that the time was chosen in the chart, and another time takes its place", () => {
  const onChange = vi.fn();
  const filter = { ...noFilter, from: "2026-11-23T19:00:00.000Z", to: "2026-11-23T20:00:00.000Z" };
  render(<RunsFilterBar filter={filter} choices={choices} onChange={onChange} />);
  const time = screen.getByRole("combobox", { name: "Time" });
  expect((time as HTMLSelectElement).value).toBe("chosen");
  fireEvent.change(time, { target: { value: "1h" } });
  expect(onChange).toHaveBeenLastCalledWith({ range: "1h", from: undefined, to: undefined });
});
