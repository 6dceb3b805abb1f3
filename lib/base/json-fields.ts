/** Fields of parsed JSON from anywhere: nothing is taken for what it should be. */
export type Fields = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The field if the object has it itself: `constructor` and the like are not fields. */
export function fieldOf(fields: Fields, key: string): unknown {
  return Object.hasOwn(fields, key) ? fields[key] : undefined;
}

export function listOrEmpty(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function textOrEmpty(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** A finite number that came as one, or as a text: whole numbers of 16 digits and more arrive as texts. */
export function numberOf(value: unknown): number | undefined {
  const number = typeof value === "string" && /^-?\d/.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}

/** Microseconds, in either form and with fractions, as whole nanoseconds. */
export function microsecondsToNs(value: unknown): bigint | undefined {
  if (typeof value === "string" && /^-?\d{1,30}$/.test(value)) return BigInt(value) * 1_000n;
  const us = numberOf(value);
  if (us === undefined || Math.abs(us) > 1e18) return undefined;
  const whole = Math.floor(us);
  return BigInt(whole) * 1_000n + BigInt(Math.round((us - whole) * 1_000));
}

/** An id of up to `digits` hex digits in any case, filled up with zeros; undefined for others and for zero. */
export function hexId(value: unknown, digits: number): string | undefined {
  const text = typeof value === "string" ? value.toLowerCase() : "";
  if (text.length > digits || !/^[0-9a-f]+$/.test(text) || /^0+$/.test(text)) return undefined;
  return text.padStart(digits, "0");
}
