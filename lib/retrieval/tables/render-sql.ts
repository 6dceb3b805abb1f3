import type { BoundQuery, Column } from "../ports";
import type { DatePart, Filter, Group, Measure, TableQuery } from "./table-query";

/**
 * ClickHouse SQL for a typed query. Names of tables and columns are the only text that is not bound; they come
 * from the table's own description and are quoted. Rows beyond the caller's limit are counted by the store.
 */
export function renderSql({ table, filters, output }: TableQuery): BoundQuery {
  const params: Record<string, unknown> = {};
  const bind = (value: unknown, type: string) => {
    const name = `p${Object.keys(params).length}`;
    params[name] = value;
    return `{${name}:${type}}`;
  };
  const conditions = filters.map((filter) => filterSql(filter, bind));
  const where = () => (conditions.length > 0 ? `WHERE ${conditions.join(" AND ")}` : "");
  const from = `FROM ${quote(table.source)}`;

  const parts: string[] = [];
  if (output.kind === "measure") {
    parts.push(
      `SELECT ${measureSql(output.measure)} AS ${quote(measureName(output.measure))}`,
      from,
      where(),
    );
  } else if (output.kind === "groups") {
    const { group, measure, descending, limit, having } = output;
    const measured = quote(measureName(measure));
    const named = quote(groupName(group));
    conditions.push(`${quote(group.column.name)} IS NOT NULL`);
    parts.push(
      `SELECT ${groupSql(group)} AS ${named}, ${measureSql(measure)} AS ${measured}`,
      from,
      where(),
      `GROUP BY ${named}`,
      having ? `HAVING ${measured} ${having.operator} ${bind(having.value, "Float64")}` : "",
      descending === undefined ? `ORDER BY ${named}` : `ORDER BY ${measured} ${descending ? "DESC" : "ASC"}`,
      limit === undefined ? "" : `LIMIT ${bind(limit, "UInt32")} WITH TIES`,
    );
  } else {
    const { columns, order, limit, distinct } = output;
    if (order) conditions.push(`${quote(order.column.name)} IS NOT NULL`);
    parts.push(
      `SELECT ${distinct ? "DISTINCT " : ""}${columns.map(({ name }) => quote(name)).join(", ")}`,
      from,
      where(),
      order ? `ORDER BY ${quote(order.column.name)} ${order.descending ? "DESC" : "ASC"}` : "",
      limit === undefined ? "" : `LIMIT ${bind(limit, "UInt32")}${order ? " WITH TIES" : ""}`,
    );
  }
  return { sql: parts.filter(Boolean).join("\n"), params };
}

/** A name as ClickHouse reads it literally, whatever it holds. */
function quote(name: string): string {
  return `\`${name.replace(/\\/g, "\\\\").replace(/`/g, "\\`")}\``;
}

/** What a measure's column is called in the answer. */
export function measureName(measure: Measure): string {
  if (measure.kind === "count") return "count";
  return measure.kind === "count distinct"
    ? `different ${measure.column.name}`
    : `${measure.kind} ${measure.column.name}`;
}

/** What a group's column is called in the answer. */
export function groupName(group: Group): string {
  return group.part ? `${group.part} of ${group.column.name}` : group.column.name;
}

const functions = { sum: "sum", average: "avg", minimum: "min", maximum: "max" } as const;

function measureSql(measure: Measure): string {
  if (measure.kind === "count") return "count()";
  if (measure.kind === "count distinct") return `uniqExact(${quote(measure.column.name)})`;
  return `${functions[measure.kind]}(${quote(measure.column.name)})`;
}

const partFunctions: Readonly<Record<DatePart, (column: string) => string>> = {
  year: (column) => `toYear(${column})`,
  quarter: (column) => `concat(toString(toYear(${column})), ' Q', toString(toQuarter(${column})))`,
  month: (column) => `formatDateTime(${column}, '%Y-%m')`,
  weekday: (column) => `toDayOfWeek(${column})`,
  day: (column) => `toDate32(${column})`,
  hour: (column) => `toHour(${column})`,
};

function groupSql({ column, part }: Group): string {
  return part ? partFunctions[part](quote(column.name)) : quote(column.name);
}

type Bind = (value: unknown, type: string) => string;

function filterSql(filter: Filter, bind: Bind): string {
  const column = quote(filter.column.name);
  switch (filter.kind) {
    case "equals": {
      const values = filter.values.map((value) => bindValue(filter.column, value, bind));
      if (values.length === 1) return `${column} ${filter.negated ? "!=" : "="} ${values[0]}`;
      return `${column} ${filter.negated ? "NOT IN" : "IN"} (${values.join(", ")})`;
    }
    case "is":
      return `${column} = ${bind(filter.value, "Bool")}`;
    case "compares":
      return filter.upTo === undefined
        ? `${column} ${filter.operator} ${bind(filter.value, "Float64")}`
        : `${column} BETWEEN ${bind(filter.value, "Float64")} AND ${bind(filter.upTo, "Float64")}`;
    case "period":
      return [
        filter.from === undefined ? "" : `${column} >= ${bindDay(filter.column, filter.from, bind)}`,
        filter.until === undefined ? "" : `${column} < ${bindDay(filter.column, filter.until, bind)}`,
      ]
        .filter(Boolean)
        .join(" AND ");
    case "part": {
      const read = filter.part === "month" ? `toMonth(${column})` : `toDayOfWeek(${column})`;
      return `${read} IN (${filter.values.map((value) => bind(value, "UInt8")).join(", ")})`;
    }
  }
}

function bindValue(column: Column, value: string, bind: Bind): string {
  if (column.type === "text") return bind(value, "String");
  if (column.type === "integer" || column.type === "number") return bind(Number(value), "Float64");
  // Dates and the rest are compared as the text that the table shows.
  return bind(value, "String");
}

function bindDay(column: Column, day: string, bind: Bind): string {
  return column.type === "date"
    ? bind(day, "Date32")
    : `toDateTime64(${bind(`${day} 00:00:00`, "String")}, 3)`;
}
