import type { Column, Table } from "../ports";

/**
 * A typed query over one table: the only shape in which a question reaches the database. The planner fills it
 * from words; a model would fill the same. It is rendered with bound parameters (render-sql.ts).
 */
export interface TableQuery {
  readonly table: Table;
  /** All must hold. */
  readonly filters: readonly Filter[];
  readonly output: Output;
}

export type Output =
  | {
      /** Rows: the columns shown, ordered by a column where asked for. */
      readonly kind: "rows";
      readonly columns: readonly Column[];
      readonly order?: Order;
      /** Ties with the last row come back too. */
      readonly limit?: number;
      readonly distinct: boolean;
    }
  | { readonly kind: "measure"; readonly measure: Measure }
  | {
      /** A measure for each value of a column; ordered by the measure where asked for, by the value otherwise. */
      readonly kind: "groups";
      readonly group: Group;
      readonly measure: Measure;
      readonly descending?: boolean;
      readonly limit?: number;
      /** Only groups whose measure compares so. */
      readonly having?: Comparison;
    };

interface Order {
  readonly column: Column;
  readonly descending: boolean;
}

export type Measure =
  | { readonly kind: "count" }
  | { readonly kind: "count distinct"; readonly column: Column }
  | { readonly kind: "sum" | "average" | "minimum" | "maximum"; readonly column: Column };

export type DatePart = "year" | "quarter" | "month" | "weekday" | "day" | "hour";

export interface Group {
  readonly column: Column;
  /** Of a date: group by this part of it. */
  readonly part?: DatePart;
}

export type ComparisonOperator = "=" | "!=" | "<" | "<=" | ">" | ">=";

interface Comparison {
  readonly operator: ComparisonOperator;
  readonly value: number;
}

export type Filter =
  | {
      readonly kind: "equals";
      readonly column: Column;
      readonly values: readonly string[];
      readonly negated: boolean;
    }
  | { readonly kind: "is"; readonly column: Column; readonly value: boolean }
  /** `upTo` makes it a range, both ends included. */
  | ({ readonly kind: "compares"; readonly column: Column; readonly upTo?: number } & Comparison)
  /** `from` included, `until` not; days as YYYY-MM-DD, either end may be open. */
  | {
      readonly kind: "period";
      readonly column: Column;
      readonly from?: string;
      readonly until?: string;
      readonly words: string;
    }
  /** Month 1–12 of any year, or weekday 1 (Monday) to 7. */
  | {
      readonly kind: "part";
      readonly column: Column;
      readonly part: "month" | "weekday";
      readonly values: readonly number[];
      readonly words: string;
    };

export function isNumeric(column: Column): boolean {
  return column.type === "integer" || column.type === "number";
}

export function isTemporal(column: Column): boolean {
  return column.type === "date" || column.type === "datetime";
}
