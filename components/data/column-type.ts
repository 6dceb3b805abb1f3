const words: readonly (readonly [RegExp, string])[] = [
  [/^(U?Int)\d/, "integer"],
  [/^(B?Float|Decimal)/, "number"],
  [/^Bool/, "yes or no"],
  [/^DateTime/, "date and time"],
  [/^Date/, "date"],
  [/^(String|FixedString|Enum|UUID)/, "text"],
  [/^Array/, "list"],
];

/** A ClickHouse type as a reader of a table knows it; one without a word of its own stays as it is. */
export function columnTypeToWords(type: string): string {
  const inner = type.replace(/^LowCardinality\((.*)\)$/, "$1").replace(/^Nullable\((.*)\)$/, "$1");
  return words.find(([pattern]) => pattern.test(inner))?.[1] ?? type;
}
