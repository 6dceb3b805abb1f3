import { columnLabel, formatNumber, pluralOf } from "./format";
import type { Filter, Measure, TableQuery } from "./table-query";

/** A typed query in words, as a person would check it: "count of bikes where kind is electric". */
export function sayQuery(query: TableQuery): string {
  const { table, filters, output } = query;
  const rows = pluralOf(columnLabel(table.name));
  const where = filters.length > 0 ? ` where ${sayFilters(filters)}` : "";
  if (output.kind === "measure") return `${sayMeasure(output.measure, rows)}${where}`;
  if (output.kind === "groups") {
    const { group, measure, descending, limit, having } = output;
    const by = group.part
      ? `${group.part} of ${columnLabel(group.column.name)}`
      : columnLabel(group.column.name);
    const order = descending === undefined ? "" : `, ${descending ? "largest" : "smallest"} first`;
    const above = having
      ? `, only where it is ${comparisons[having.operator]} ${formatNumber(having.value)}`
      : "";
    return `${sayMeasure(measure, rows)}${where}, for each ${by}${above}${order}${limit === undefined ? "" : `, the first ${limit}`}`;
  }
  const { columns, order, limit, distinct } = output;
  const shown = columns.map(({ name }) => columnLabel(name)).join(", ");
  const ordered = order
    ? `, ${order.descending ? "highest" : "lowest"} ${columnLabel(order.column.name)} first`
    : "";
  return `${distinct ? "different " : ""}${shown} of ${rows}${where}${ordered}${limit === undefined ? "" : `, the first ${limit}`}`;
}

function sayMeasure(measure: Measure, rows: string): string {
  if (measure.kind === "count") return `count of ${rows}`;
  const label = columnLabel(measure.column.name);
  if (measure.kind === "count distinct") return `count of different ${pluralOf(label)} in ${rows}`;
  return `${measure.kind === "sum" ? "total" : measure.kind} ${label} of ${rows}`;
}

const comparisons = {
  "=": "",
  "!=": "not",
  "<": "below",
  "<=": "at most",
  ">": "above",
  ">=": "at least",
} as const;
const weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const months = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

export function sayFilters(filters: readonly Filter[]): string {
  return filters.map(sayFilter).join(" and ");
}

function sayFilter(filter: Filter): string {
  const label = columnLabel(filter.column.name);
  switch (filter.kind) {
    case "equals":
      return `${label} is ${filter.negated ? "not " : ""}${filter.values.join(" or ")}`;
    case "is":
      return `${label} is ${filter.value ? "true" : "false"}`;
    case "compares":
      if (filter.upTo !== undefined)
        return `${label} is between ${formatNumber(filter.value)} and ${formatNumber(filter.upTo)}`;
      return `${label} is ${comparisons[filter.operator]} ${formatYearOrNumber(label, filter.value)}`.replace(
        / {2,}/g,
        " ",
      );
    case "period": {
      if (filter.from === undefined) return `${label} is before ${filter.until}`;
      if (filter.until === undefined) return `${label} is from ${filter.from} on`;
      const last = new Date(Date.parse(`${filter.until}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
      return last === filter.from ? `${label} is ${last}` : `${label} is from ${filter.from} to ${last}`;
    }
    case "part": {
      const names = filter.part === "month" ? months : weekdays;
      return `${label} is in ${filter.values.map((value) => names[value - 1]).join(" or ")}`.replace(
        "is in",
        filter.part === "month" ? "is in" : "is on a",
      );
    }
  }
}

function formatYearOrNumber(label: string, value: number): string {
  return /year/.test(label) ? String(value) : formatNumber(value);
}
