/** The fields of one CSV record whose quoting is known to be right: unquoted, and trimmed at both ends. */
export function splitRecord(record: string, delimiter: string): string[] {
  const text = record.replace(/\r?\n$/, "");
  const isBlank = (at: number) => text[at] !== delimiter && (text[at] === " " || text[at] === "\t");
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    while (isBlank(at)) at++;
    let field = "";
    if (text[at] === '"') {
      for (;;) {
        const close = text.indexOf('"', at + 1);
        field += text.slice(at + 1, close < 0 ? text.length : close);
        at = close < 0 ? text.length : close + 1;
        if (text[at] !== '"') break;
        field += '"';
      }
    }
    const end = text.indexOf(delimiter, at);
    field += text.slice(at, end < 0 ? text.length : end);
    fields.push(field.trim());
    if (end < 0) return fields;
    at = end + 1;
  }
}

/** The delimiter of a .csv: a comma, or the first other candidate in a first line without commas. */
export function findDelimiter(start: string): string {
  const line = start.replace(/\n.*/s, "").replace(/"[^"]*"/g, "");
  if (line.includes(",")) return ",";
  return [";", "\t", "|"].find((delimiter) => line.includes(delimiter)) ?? ",";
}
