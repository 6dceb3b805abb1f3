import { expect, it } from "vitest";
import type { Attribute } from "../span";
import { groupAttributes } from "./attribute-groups";

const attribute = (key: string): Attribute => ({ key, value: "x", type: "string" });

it("brings attributes together by what they are about, and loses none", () => {
  const keys = [
    "run_id",
    "db.system.name",
    "http.route",
    "db.query.text",
    "constructor",
    "url.path",
    "a",
    "b",
    "c",
  ];
  const groups = groupAttributes(keys.map(attribute));
  expect(groups.map(({ label, attributes }) => [label, attributes.map(({ key }) => key)])).toEqual([
    ["Database", ["db.system.name", "db.query.text"]],
    ["HTTP", ["http.route", "url.path"]],
    ["Other", ["run_id", "constructor", "a", "b", "c"]],
  ]);
});

it("needs no headings for a few, nor for one group", () => {
  const few = ["db.system.name", "http.route"].map(attribute);
  expect(groupAttributes(few)).toEqual([{ label: "", attributes: few }]);
  const alike = Array.from({ length: 20 }, (_, i) => attribute(`db.${i}`));
  expect(groupAttributes(alike)).toEqual([{ label: "", attributes: alike }]);
});
