import { expect, it } from "vitest";
import { buildFlame, frameName } from "@/lib/gantt/flame";
import { buildTimeline } from "@/lib/gantt/timeline";
import { spansToColumns } from "@/lib/trace/testing/spans-to-columns";
import { flameKeyTarget } from "./flame-keys";

const columns = spansToColumns([
  { id: 1, name: "ask", duration: 100 },
  { id: 2, parent: 1, name: "read", duration: 60 },
  { id: 3, parent: 2, name: "page", duration: 50 },
  { id: 4, parent: 1, name: "plan", start: 60, duration: 30 },
]);
const flame = buildFlame(buildTimeline([{ runId: "r", title: "", columns }]));
const frame = (name: string) =>
  Array.from(flame.name.keys()).findIndex((at) => frameName(flame, at) === name);
const from = (name: string, key: string, zoom = -1) =>
  frameName(flame, flameKeyTarget(flame, zoom, name === "" ? -1 : frame(name), key) ?? -1);

it.each([
  ["", "ArrowDown", "ask"],
  ["ask", "ArrowDown", "read"],
  ["read", "ArrowRight", "plan"],
  ["plan", "ArrowRight", "plan"],
  ["plan", "Home", "read"],
  ["read", "End", "plan"],
  ["plan", "ArrowLeft", "read"],
  ["page", "ArrowDown", "page"],
  ["page", "ArrowUp", "read"],
  ["ask", "ArrowUp", "ask"],
])("from %s, %s leads to %s", (name, key, to) => expect(from(name, key)).toBe(to));

it("stays within what is zoomed into", () => {
  expect(from("read", "ArrowUp", frame("read"))).toBe("read");
  expect(from("read", "ArrowRight", frame("read"))).toBe("read");
  expect(from("", "ArrowDown", frame("read"))).toBe("read");
});

it("leaves other keys alone", () => {
  expect(flameKeyTarget(flame, -1, 0, "x")).toBeUndefined();
});
