/** A name as ClickHouse takes it in SQL, whatever characters it holds. */
export function quoteIdentifier(name: string): string {
  return `\`${name.replace(/[\\`]/g, "\\$&")}\``;
}
