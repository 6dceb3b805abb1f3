import { at, first } from "@/lib/base/checked";
import type { Cell, Column, QueryResult } from "../ports";
import type { Candidate } from "./choose-query";
import type { ColumnView } from "./describe-table";
import {
  columnLabel,
  formatCell,
  formatMeasured,
  formatNumber,
  listValues,
  pluralOf,
  singularOf,
} from "./format";
import { sayFilters } from "./say-query";
import { type Filter, isNumeric, isTemporal, type Measure } from "./table-query";

/** What a query gave, as one sentence: the value first, with its unit and what it is of. */
export function sayAnswer(candidate: Candidate, result: QueryResult): string {
  const { output } = candidate.query;
  if (output.kind === "measure") return sayMeasured(candidate, output.measure, cellOf(result.rows[0], 0));
  return output.kind === "groups" ? sayGroups(candidate, result) : sayRows(candidate, result);
}

/** Whether the query gave nothing that answers: no row, or a measure of no rows. */
export function isEmptyResult({ query }: Candidate, result: QueryResult): boolean {
  const first = result.rows[0];
  if (!first) return true;
  const { output } = query;
  if (output.kind === "measure" && output.measure.kind !== "count")
    return first[0] === null || Number.isNaN(first[0]);
  return first.every((cell) => cell === null || cell === "");
}

function viewOf({ view }: Candidate, column: Column | undefined): ColumnView | undefined {
  return view.columns.find((candidate) => candidate.column.name === column?.name);
}

function rowsNoun({ query }: Candidate): string {
  return pluralOf(columnLabel(query.table.name));
}

function whereClause(filters: readonly Filter[], rows: string): string {
  return filters.length > 0 ? `${rows} where ${sayFilters(filters)}` : rows;
}

function sayMeasured(candidate: Candidate, measure: Measure, cell: Cell): string {
  const { filters } = candidate.query;
  const rows = rowsNoun(candidate);
  if (measure.kind === "count") {
    const count = Number(cell);
    return `${formatNumber(count)} ${whereClause(filters, count === 1 ? singularOf(rows) : rows)}.`;
  }
  const label = columnLabel(measure.column.name);
  if (measure.kind === "count distinct") {
    const count = Number(cell);
    return `${formatNumber(count)} different ${count === 1 ? singularOf(label) : pluralOf(label)} among ${whereClause(filters, rows)}.`;
  }
  const view = viewOf(candidate, measure.column);
  const value = isTemporal(measure.column) ? formatCell(cell, view) : formatMeasured(Number(cell), view);
  return `${value} is the ${measureWord(measure)} ${label} of ${whereClause(filters, rows)}.`;
}

function measureWord(measure: Measure): string {
  if (measure.kind === "count" || measure.kind === "count distinct") return "number of";
  return { sum: "total", average: "average", minimum: "lowest", maximum: "highest" }[measure.kind];
}

function sayGroups(candidate: Candidate, result: QueryResult): string {
  const { query, view } = candidate;
  const { output, filters } = query;
  if (output.kind !== "groups") return "";
  const { group, measure, descending, limit } = output;
  const rows = rowsNoun(candidate);
  const groupView = viewOf(candidate, group.column);
  const measured = (cell: Cell | undefined) =>
    measure.kind === "count" || measure.kind === "count distinct"
      ? formatNumber(Number(cell))
      : formatMeasured(
          Number(cell),
          view.columns.find(({ column }) => column === measure.column),
        );
  const named = (cell: Cell | undefined) => formatCell(cell ?? null, groupView, group.part);
  const what =
    measure.kind === "count"
      ? rows
      : measure.kind === "count distinct"
        ? `different ${pluralOf(columnLabel(measure.column.name))}`
        : `${measureWord(measure)} ${columnLabel(measure.column.name)}`;
  const among = filters.length > 0 ? `, among ${whereClause(filters, rows)}` : "";
  const first = result.rows[0];
  if (descending !== undefined && limit === 1 && first) {
    const names = result.rows.map((row) => named(row[0]));
    const isOne = names.length === 1;
    const end =
      measure.kind === "count" || measure.kind === "count distinct"
        ? descending
          ? "most"
          : "fewest"
        : descending
          ? "highest"
          : "lowest";
    return `${capital(listValues(names, result.rowCount))} ${isOne ? "has" : "have"} the ${end} ${what}: ${measured(first[1])}${isOne ? "" : " each"}${among}.`;
  }
  const by = group.part ?? columnLabel(group.column.name);
  const pairs = result.rows.map((row) => `${named(row[0])} ${measured(row[1])}`);
  return `${capital(what)} by ${by}: ${listValues(pairs, result.rowCount)}${among}.`;
}

/** Null also where there is no row, or no such column (-1). */
function cellOf(row: readonly Cell[] | undefined, column: number): Cell {
  return row === undefined || column < 0 ? null : at(row, column);
}

function textOf(row: readonly Cell[], column: number): string {
  const cell = cellOf(row, column);
  return cell === null ? "" : String(cell);
}

function sayRows(candidate: Candidate, result: QueryResult): string {
  const { output, filters } = candidate.query;
  if (output.kind !== "rows") return "";
  const indexOf = (column: Column | undefined) =>
    result.columns.findIndex(({ name }) => name === column?.name);
  const target = candidate.target ?? candidate.view.subject;
  const targetAt = Math.max(0, indexOf(target.column));
  const cellsOf = (index: number) =>
    result.rows.map((row) => formatCell(cellOf(row, index), viewOf(candidate, output.columns[index])));
  const { order } = output;
  if (order)
    return sayOrdered(candidate, result, cellsOf(indexOf(order.column)), targetAt, cellsOf(targetAt));

  const [row] = result.rows;
  const named = filters.find(
    ({ kind, column }) => kind === "equals" && column === candidate.view.subject.column,
  );
  const subject = named?.kind === "equals" && named.values.length === 1 ? named.values[0] : undefined;
  if (
    subject !== undefined &&
    result.rowCount === 1 &&
    row &&
    !output.columns.includes(candidate.view.subject.column)
  ) {
    return `${output.columns.map((column, index) => sayCell(subject, column, viewOf(candidate, column), at(row, index))).join(" ")}`;
  }
  const rows = rowsNoun(candidate);
  if (output.columns.length > 1 && result.rowCount === 1 && row) {
    const pairs = output.columns.map(
      (column, index) =>
        `${columnLabel(column.name)} ${formatCell(at(row, index), viewOf(candidate, column))}`,
    );
    return `${capital(pairs.join(", "))}.`;
  }
  if (output.columns.length > 1) {
    const lines = result.rows.map((row) =>
      row.map((cell, index) => formatCell(cell, viewOf(candidate, output.columns[index]))).join(", "),
    );
    return `${capital(output.columns.map(({ name }) => columnLabel(name)).join(", "))}: ${listValues(lines, result.rowCount).replace(/, (?=[^,]*$)/, ", ")}.`;
  }
  const values = cellsOf(targetAt);
  const isSubject = target === candidate.view.subject;
  const label = columnLabel(target.column.name);
  const condition = filters.length > 0 ? ` where ${sayFilters(filters)}` : "";
  if (result.rowCount === 1)
    return `${capital(first(values))} is the ${isSubject ? `only ${singularOf(rows)}` : `${label} of ${rows}`}${condition}.`;
  return `${listValues(values, result.rowCount)}: ${formatNumber(result.rowCount)} ${isSubject ? rows : `different ${pluralOf(label)} of ${rows}`}${condition}.`;
}

function sayOrdered(
  candidate: Candidate,
  result: QueryResult,
  ordered: readonly string[],
  targetAt: number,
  targets: readonly string[],
): string {
  const { output, filters } = candidate.query;
  if (output.kind !== "rows" || !output.order) return "";
  const { column, descending } = output.order;
  const target = candidate.target ?? candidate.view.subject;
  const label = columnLabel(column.name);
  const rows = rowsNoun(candidate);
  const among = filters.length > 0 ? `, among ${whereClause(filters, rows)}` : "";
  const isCounted = isNumeric(column) && !viewOf(candidate, column)?.unit && /s$/.test(label);
  const end = isTemporal(column)
    ? descending
      ? "latest"
      : "earliest"
    : isCounted
      ? descending
        ? "most"
        : "fewest"
      : descending
        ? "highest"
        : "lowest";
  if (output.limit === 1) {
    if (target.column === column) {
      const names = result.rows.map((row) =>
        textOf(row, output.columns.indexOf(candidate.view.subject.column)),
      );
      const of = names[0] && result.rowCount <= namesShown ? ` (${listValues(names, result.rowCount)})` : "";
      return `${capital(first(ordered))} is the ${end} ${label}${of}${among}.`;
    }
    const names = [...new Set(targets)];
    const isOne = names.length === 1;
    const subjectAt = output.columns.indexOf(candidate.view.subject.column);
    const subject =
      subjectAt >= 0 && subjectAt !== targetAt && isOne ? ` (${textOf(first(result.rows), subjectAt)})` : "";
    if (isTemporal(column) && participle.test(label)) {
      return `${capital(listValues(names))}${subject} ${isOne ? "was" : "were"} ${label} ${descending ? "last" : "first"}: ${ordered[0]}${among}.`;
    }
    return `${capital(listValues(names, result.rowCount > result.rows.length ? result.rowCount : names.length))}${subject} ${isOne ? "has" : "have"} the ${end} ${label}: ${ordered[0]}${among}.`;
  }
  const pairs = targets.map((name, index) =>
    target.column === column ? name : `${name} (${ordered[index]})`,
  );
  return `${capital(listValues(pairs, result.rowCount))} ${pairs.length === 1 ? "has" : "have"} the ${end} ${label}${among}.`;
}

function sayCell(subject: string, column: Column, view: ColumnView | undefined, cell: Cell): string {
  const label = columnLabel(column.name);
  const value = formatCell(cell, view);
  if (value === "unknown") return `The ${label} of ${subject} is not recorded.`;
  if (column.type === "boolean" || /^(?:yes|no|true|false)$/i.test(value)) {
    const holds = /^(?:yes|true)$/i.test(value);
    const says = /(?:ed|en|able|ive|ful)$/.test(label)
      ? holds
        ? `is ${label}`
        : `is not ${label}`
      : holds
        ? `has ${label.replace(/^has /, "")}`
        : `has no ${label.replace(/^has /, "")}`;
    return `${holds ? "Yes" : "No"}: ${subject} ${says}.`;
  }
  if (isTemporal(column)) {
    if (participle.test(label)) return `${value}: that is when ${subject} was ${label}.`;
    return `${value} is the ${label} of ${subject}.`;
  }
  // "included minutes", "docks": the label itself says what is counted.
  if (isNumeric(column) && !view?.isLabel && /s$/.test(label)) {
    return `${subject} has ${formatNumber(Number(cell))} ${Number(cell) === 1 ? singularOf(label) : label}.`;
  }
  return `${capital(value)} is the ${label} of ${subject}.`;
}

// An extreme shared by many rows is not listed row by row.
const namesShown = 5;
const participle = /(?:ed|bought|built|sold|made|begun)$/;

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
