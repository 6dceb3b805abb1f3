import { foldText } from "@/lib/text/fold";
import { tokenize } from "@/lib/text/tokens";
import type { Column, Table } from "../ports";
import { lemma } from "../synonyms";
import { isNumeric, isTemporal } from "./table-query";

/** A word of a column's or a table's name; the weights of one name need not add up to anything. */
export interface NameWord {
  readonly lemma: string;
  readonly weight: number;
}

interface Unit {
  /** As it is written behind a number. */
  readonly symbol: string;
  /** Lemmas of the words that name it in a question. */
  readonly words: readonly string[];
}

export interface ColumnView {
  readonly column: Column;
  readonly words: readonly NameWord[];
  readonly unit?: Unit;
  /** Names a row for machines: never added up or averaged. */
  readonly isId: boolean;
  /** A year or the like: a number that is not added up. */
  readonly isLabel: boolean;
}

export interface TableView {
  readonly table: Table;
  readonly words: readonly NameWord[];
  readonly columns: readonly ColumnView[];
  /** The column that names a row for a person. */
  readonly subject: ColumnView;
}

const unitsBySuffix: ReadonlyMap<string, Unit> = new Map(
  (
    [
      ["eur euro euros", "EUR", "euro eur"],
      ["usd dollar dollars", "USD", "dollar usd"],
      ["gbp pound pounds", "GBP", "pound gbp"],
      ["km kilometres kilometers", "km", "kilometre kilometer km"],
      ["mi miles", "mi", "mile"],
      ["m metres meters", "m", "metre meter"],
      ["cm", "cm", "centimetre centimeter cm"],
      ["mm", "mm", "millimetre millimeter mm"],
      ["min mins minutes", "min", "minute min"],
      ["h hr hrs hours", "h", "hour"],
      ["s sec secs seconds", "s", "second"],
      ["ms", "ms", "millisecond"],
      ["days", "days", "day"],
      ["weeks", "weeks", "week"],
      ["months", "months", "month"],
      ["kg", "kg", "kilogram kilo kg"],
      ["g grams", "g", "gram"],
      ["t tonnes tons", "t", "tonne ton"],
      ["l litres liters", "l", "litre liter"],
      ["pct percent", "%", "percent percentage"],
      ["kwh", "kWh", "kwh"],
      ["kw", "kW", "kilowatt"],
      ["kmh", "km/h", "kmh"],
      ["mb", "MB", "megabyte"],
      ["gb", "GB", "gigabyte"],
    ] as const
  ).flatMap(([suffixes, symbol, words]) =>
    suffixes.split(" ").map((suffix) => [suffix, { symbol, words: words.split(" ").map(lemma) }] as const),
  ),
);

// "type" in "pass_type" and "id" in "bike_id" say what sort of name it is; the word before says of what.
const weakHeads = new Set([
  "id",
  "no",
  "nr",
  "num",
  "code",
  "key",
  "name",
  "type",
  "kind",
  "title",
  "label",
  "number",
  "ref",
]);
const silent = new Set(["at", "of", "in", "on", "by", "the", "a", "is", "has", "and"]);
const idName = /(?:^|_|\b)(?:id|uuid|guid|key|code)$/i;
const labelName = /(?:^|[_\s])(?:year|yr|zip|postcode|phone|rank|no|nr|number|season|position)$/i;
const personName = /(?:er|or|ian|ist|eer|ant|person|people|name|staff|employee|contact)$/;

const weakWeight = 0.4;
const modifierWeight = 0.5;

// A wider table is answered from its first columns.
const columnsRead = 150;

/** Reads from names, types and counts what each column of a table is for. */
export function describeTable(table: Table): TableView {
  const columns = table.columns.slice(0, columnsRead).map(describeColumn);
  const words = nameWords(table.name).map((word, index, all) => ({
    lemma: lemma(word),
    weight: index === all.length - 1 ? 1 : modifierWeight,
  }));
  return { table, words, columns, subject: subjectOf(table, columns, words) };
}

function nameWords(name: string): string[] {
  const parted = name.replace(/_/g, " ").replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2");
  return tokenize(parted).map(({ text }) => foldText(text));
}

// A table's names are read again with every question; most have been read before.
const maxRemembered = 5_000;
const remembered = new Map<string, Omit<ColumnView, "column">>();

function describeColumn(column: Column): ColumnView {
  const key = `${column.type} ${column.name}`;
  const known = remembered.get(key);
  if (known) return { ...known, column };
  const { column: _, ...view } = readColumn(column);
  if (remembered.size >= maxRemembered) remembered.clear();
  remembered.set(key, view);
  return { ...view, column };
}

function readColumn(column: Column): ColumnView {
  const all = nameWords(column.name);
  const last = all.at(-1);
  const unit = last !== undefined && isNumeric(column) ? unitsBySuffix.get(last) : undefined;
  const spoken = all.filter(
    (word, index) =>
      !(silent.has(word) && all.length > 1) && !(unit && index === all.length - 1 && index > 0),
  );
  const strong = spoken.filter((word) => !weakHeads.has(word));
  const head = strong.at(-1) ?? spoken.at(-1);
  const words = spoken.map((word) => ({
    lemma: lemma(word),
    weight: word === head ? 1 : weakHeads.has(word) ? weakWeight : modifierWeight,
  }));
  const isId = idName.test(column.name);
  return {
    column,
    words,
    ...(unit ? { unit } : {}),
    isId,
    isLabel: isId || (column.type === "integer" && labelName.test(column.name)),
  };
}

/** Whether a column's name is that of a person: "technician", "manager", "customer name". */
export function namesPerson({ column, isId }: ColumnView): boolean {
  return column.type === "text" && !isId && personName.test(column.name.toLowerCase());
}

function subjectOf(
  table: Table,
  columns: readonly ColumnView[],
  tableWords: readonly NameWord[],
): ColumnView {
  const head = tableWords.at(-1)?.lemma;
  const rank = (view: ColumnView, index: number) => {
    const { column, words } = view;
    let score = -index * 0.02;
    const parts = new Set(words.map((word) => word.lemma));
    const unique = column.distinct !== undefined && table.rows > 0 ? column.distinct / table.rows : 0.5;
    if (column.type === "text") score += 1;
    if (isNumeric(column) || isTemporal(column) || column.type === "boolean") score -= 1;
    if (parts.has("name") || parts.has("titl")) score += 1;
    if (head !== undefined && parts.has(head)) score += 0.7;
    if (view.isId) score -= 0.3;
    // A column that repeats itself names groups, not rows.
    return score + 2 * unique;
  };
  const best = columns
    .map((view, index) => ({ view, score: rank(view, index) }))
    .sort((a, b) => b.score - a.score)[0];
  if (!best) throw new Error(`The table “${table.name}” has no columns.`);
  return best.view;
}
