/**
 * Span ids are 16 hex digits everywhere but in a table that hands can write: there they are any text. Such an id
 * is read as a number that stands for it, its SipHash, everywhere in the same way, so that the span is drawn,
 * linked to its children, found and opened like any other. A span without an id has one too; a parent that is
 * empty or zero is none.
 */

const number = (column: string) =>
  `if(match(${column}, '^[0-9a-fA-F]{16}$'), reinterpretAsUInt64(reverse(unhex(${column}))), sipHash64(${column}))`;

/** A span's own id as UInt64, never 0. */
export function ownIdNumber(column: string): string {
  return `if(${number(column)} = 0, sipHash64(${column}), ${number(column)})`;
}

/** A parent's id as UInt64, 0 for none. */
export function parentIdNumber(column: string): string {
  return `if(${column} = '', 0, ${number(column)})`;
}

const digits = (numberSql: string) => `leftPad(lower(hex(${numberSql})), 16, '0')`;

/** A span's own id as 16 hex digits. */
export function ownIdDigits(column: string): string {
  return digits(ownIdNumber(column));
}

/** A parent's id as 16 hex digits, "" for none. */
export function parentIdDigits(column: string): string {
  return `if(${parentIdNumber(column)} = 0, '', ${digits(parentIdNumber(column))})`;
}
