import { normaliseValue } from "@/lib/text/values";
import type { Cell, Column, ColumnType, QueryResult, Table, ValueMatch } from "../ports";
import { groupName, measureName } from "../tables/render-sql";
import type { Filter, Group, Measure, TableQuery } from "../tables/table-query";

/** A table in memory with what the store knows of it: what typed queries mean, without a database. */
export interface MemoryTable {
  readonly table: Table;
  readonly rows: readonly (readonly Cell[])[];
}

/** Types are read from the cells: numbers ("1,250"), dates (2025-03-10), moments, true and false, text. */
export function createMemoryTable(
  name: string,
  header: readonly string[],
  written: readonly (readonly string[])[],
): MemoryTable {
  const types = header.map((_, at) => typeOf(written.map((row) => row[at] ?? "")));
  const rows = written.map((row) => header.map((_, at) => cellOf(row[at] ?? "", types[at] ?? "text")));
  const columns: Column[] = header.map((title, at) => ({
    name: title,
    type: types[at] ?? "text",
    databaseType: "String",
    distinct: new Set(rows.map((row) => row[at])).size,
  }));
  return { table: { name, source: name, rows: rows.length, columns }, rows };
}

const patterns: readonly (readonly [ColumnType, RegExp])[] = [
  ["integer", /^-?\d{1,3}(?:,?\d{3})*$|^-?\d+$/],
  ["number", /^-?\d[\d,]*(?:\.\d+)?$/],
  ["date", /^\d{4}-\d\d-\d\d$/],
  ["datetime", /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d/],
  ["boolean", /^(?:true|false)$/],
];

function typeOf(cells: readonly string[]): ColumnType {
  const present = cells.filter(Boolean);
  return present.length === 0
    ? "text"
    : (patterns.find(([, pattern]) => present.every((cell) => pattern.test(cell)))?.[0] ?? "text");
}

function cellOf(text: string, type: ColumnType): Cell {
  if (text === "") return type === "text" ? "" : null;
  if (type === "integer" || type === "number") return Number(text.replace(/,/g, ""));
  return type === "boolean" ? text === "true" : text;
}

/** As the store does it: cells of text columns, by their normalised form, most frequent first. */
export function matchMemoryValues(tables: readonly MemoryTable[], phrases: readonly string[]): ValueMatch[] {
  const wanted = new Set(phrases);
  const matches = new Map<string, ValueMatch>();
  for (const { table, rows } of tables) {
    table.columns.forEach((column, at) => {
      if (column.type !== "text") return;
      for (const row of rows) {
        const value = String(row[at]);
        const phrase = normaliseValue(value);
        if (!wanted.has(phrase)) continue;
        const key = JSON.stringify([table.name, column.name, value]);
        const known = matches.get(key);
        matches.set(key, {
          table: table.name,
          column: column.name,
          value,
          phrase,
          rows: (known?.rows ?? 0) + 1,
        });
      }
    });
  }
  return [...matches.values()].sort((a, b) => b.rows - a.rows);
}

/** What the rendered SQL gives for the same query. */
export function evaluate({ table, filters, output }: TableQuery, rows: MemoryTable["rows"]): QueryResult {
  const at = (column: Column) => table.columns.findIndex(({ name }) => name === column.name);
  const kept = rows.filter((row) => filters.every((filter) => holds(filter, row[at(filter.column)] ?? null)));
  if (output.kind === "measure") {
    return result([measureName(output.measure)], [[measureOf(output.measure, kept, at)]]);
  }
  if (output.kind === "groups") {
    const groups = new Map<Cell, (readonly Cell[])[]>();
    for (const row of kept) {
      const key = groupKey(output.group, row[at(output.group.column)] ?? null);
      if (key !== null) groups.set(key, [...(groups.get(key) ?? []), row]);
    }
    const { descending, having, limit } = output;
    let measured: Cell[][] = [...groups].map(([key, members]) => [
      key,
      measureOf(output.measure, members, at),
    ]);
    if (having)
      measured = measured.filter(([, value]) => compares(Number(value), having.operator, having.value));
    measured.sort((a, b) =>
      descending === undefined ? order(a[0], b[0]) : order(a[1], b[1]) * (descending ? -1 : 1),
    );
    return result(
      [groupName(output.group), measureName(output.measure)],
      withTies(measured, limit, (row) => row[1]),
    );
  }
  const { columns, order: by, limit, distinct } = output;
  let found = kept;
  if (by) {
    const sorting = at(by.column);
    found = kept
      .filter((row) => row[sorting] !== null)
      .sort((a, b) => order(a[sorting], b[sorting]) * (by.descending ? -1 : 1));
    found = withTies(found, limit, (row) => row[sorting]);
  }
  const shown = found.map((row) => columns.map((column) => row[at(column)] ?? null));
  const unique = distinct ? [...new Map(shown.map((row) => [JSON.stringify(row), row])).values()] : shown;
  return result(
    columns.map(({ name }) => name),
    unique,
  );
}

function result(names: readonly string[], rows: Cell[][]): QueryResult {
  return { columns: names.map((name) => ({ name, type: "String" })), rows, rowCount: rows.length };
}

function withTies<Row>(
  rows: readonly Row[],
  limit: number | undefined,
  by: (row: Row) => Cell | undefined,
): Row[] {
  const last = limit === undefined ? undefined : rows[limit - 1];
  if (limit === undefined || !last) return [...rows];
  return rows.filter((row, index) => index < limit || by(row) === by(last));
}

function order(left: Cell | undefined, right: Cell | undefined): number {
  if (typeof left === "number" && typeof right === "number") return left - right;
  return String(left) < String(right) ? -1 : String(left) > String(right) ? 1 : 0;
}

function compares(left: number, operator: string, right: number): boolean {
  const difference = left - right;
  return (
    {
      "=": difference === 0,
      "!=": difference !== 0,
      "<": difference < 0,
      "<=": difference <= 0,
      ">": difference > 0,
      ">=": difference >= 0,
    }[operator] ?? false
  );
}

function holds(filter: Filter, cell: Cell): boolean {
  if (cell === null) return false;
  switch (filter.kind) {
    case "equals":
      return filter.values.includes(String(cell)) !== filter.negated;
    case "is":
      return cell === filter.value;
    case "compares":
      if (filter.upTo !== undefined) return Number(cell) >= filter.value && Number(cell) <= filter.upTo;
      return compares(Number(cell), filter.operator, filter.value);
    case "period":
      return (
        (filter.from === undefined || String(cell) >= filter.from) &&
        (filter.until === undefined || String(cell) < filter.until)
      );
    case "part":
      return filter.values.includes(
        filter.part === "month" ? Number(String(cell).slice(5, 7)) : weekdayOf(String(cell)),
      );
  }
}

function weekdayOf(written: string): number {
  return new Date(`${written.slice(0, 10)}T00:00:00Z`).getUTCDay() || 7;
}

function groupKey({ part }: Group, cell: Cell): Cell {
  if (part === undefined || cell === null) return cell;
  const written = String(cell);
  const quarter = `${written.slice(0, 4)} Q${Math.ceil(Number(written.slice(5, 7)) / 3)}`;
  return {
    year: Number(written.slice(0, 4)),
    quarter,
    month: written.slice(0, 7),
    weekday: weekdayOf(written),
    day: written.slice(0, 10),
    hour: Number(written.slice(11, 13)),
  }[part];
}

function measureOf(
  measure: Measure,
  rows: readonly (readonly Cell[])[],
  at: (column: Column) => number,
): Cell {
  if (measure.kind === "count") return rows.length;
  const cells = rows.map((row) => row[at(measure.column)] ?? null).filter((cell) => cell !== null);
  if (measure.kind === "count distinct") return new Set(cells).size;
  if (cells.length === 0) return null;
  if (measure.kind === "minimum" || measure.kind === "maximum") {
    const sorted = [...cells].sort(order);
    return (measure.kind === "minimum" ? sorted[0] : sorted.at(-1)) ?? null;
  }
  const total = cells.reduce<number>((sum, cell) => sum + Number(cell), 0);
  return measure.kind === "sum" ? total : total / cells.length;
}
