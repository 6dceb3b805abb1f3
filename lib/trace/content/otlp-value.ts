import { isBase64 } from "@/lib/base/base64";
import type { Attribute, AttributeType } from "../span";

/**
 * Attribute values as text, and back. A plain value's text is what a person would write: `42`, `0.5`, `true`.
 * Arrays and lists of keys are JSON in which every value keeps its type:
 *
 *     "text" · true · 42 (an int of 64 bits, all digits) · 42.0 (a double: a point or an exponent) · null (empty)
 *     [1,"a"] · {"key":1} · {"bytesValue":"3q0="} · {"doubleValue":"NaN"}
 *     {"kvlistValue":[["key",1]]} a list of keys that would read as one of the three, or has a key twice
 */

/** A value of OTLP: the text of its type, or for arrays and lists of keys what they hold. */
export type OtlpValue =
  | { readonly type: Exclude<AttributeType, "array" | "kvlist">; readonly text: string }
  | { readonly type: "array"; readonly values: readonly OtlpValue[] }
  | { readonly type: "kvlist"; readonly entries: readonly (readonly [string, OtlpValue])[] };

/** Values nest no deeper: what a request holds below is left empty, and text that goes deeper is just text. */
export const maxValueDepth = 64;

/** A value that was sent without any content. */
export const emptyValue: OtlpValue = { type: "empty", text: "" };

/** A list of keys in its wrapper takes three levels of brackets. */
const maxTextDepth = 3 * maxValueDepth;

const wrappers: ReadonlySet<string> = new Set(["bytesValue", "doubleValue", "kvlistValue"]);

/** The text of a double: the shortest digits that read back as the same number. */
export function doubleToText(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

/** A value as the text that an attribute of its type holds. */
export function valueToText(value: OtlpValue): string {
  return value.type === "array" || value.type === "kvlist" ? valueToJson(value) : value.text;
}

function valueToJson(value: OtlpValue): string {
  switch (value.type) {
    case "string":
      return JSON.stringify(value.text);
    case "int":
    case "bool":
      return value.text;
    case "double":
      return doubleToJson(value.text);
    case "bytes":
      return `{"bytesValue":${JSON.stringify(value.text)}}`;
    case "empty":
      return "null";
    case "array":
      return `[${value.values.map(valueToJson).join(",")}]`;
    case "kvlist":
      return entriesToJson(value.entries);
  }
}

function doubleToJson(text: string): string {
  if (!Number.isFinite(Number(text))) return `{"doubleValue":${JSON.stringify(text)}}`;
  return /[.e]/.test(text) ? text : `${text}.0`;
}

function entriesToJson(entries: readonly (readonly [string, OtlpValue])[]): string {
  const keys = new Set(entries.map(([key]) => key));
  const isPlain =
    keys.size === entries.length && !(keys.size === 1 && [...keys].every((key) => wrappers.has(key)));
  if (isPlain)
    return `{${entries.map(([key, of]) => `${JSON.stringify(key)}:${valueToJson(of)}`).join(",")}}`;
  const pairs = entries.map(([key, of]) => `[${JSON.stringify(key)},${valueToJson(of)}]`);
  return `{"kvlistValue":[${pairs.join(",")}]}`;
}

/**
 * The value that an attribute stands for. Anybody may write the table: a text that is none of its type comes
 * out as the text that it is.
 */
export function attributeToValue({ type, value }: Pick<Attribute, "type" | "value">): OtlpValue {
  const asText: OtlpValue = { type: "string", text: value };
  switch (type) {
    case "string":
      return asText;
    case "empty":
      return value === "" ? { type, text: value } : asText;
    case "int":
      return isInt64(value) ? { type, text: value } : asText;
    case "bool":
      return value === "true" || value === "false" ? { type, text: value } : asText;
    case "double":
      return isDouble(value) ? { type, text: value } : asText;
    case "bytes":
      return isBase64(value) ? { type, text: value } : asText;
    case "array":
    case "kvlist": {
      const parsed = parseValue(value);
      return parsed?.type === type ? parsed : asText;
    }
  }
}

const maxInt64 = 2n ** 63n;

export function isInt64(text: string): boolean {
  if (!/^(?:0|-?[1-9]\d{0,18})$/.test(text)) return false;
  const value = BigInt(text);
  return value < maxInt64 && value >= -maxInt64;
}

function isDouble(text: string): boolean {
  return (
    /^(NaN|-?Infinity)$/.test(text) ||
    (text.length < 400 && /^-?(?:0|[1-9]\d*)(\.\d+)?(e[+-]?\d+)?$/i.test(text))
  );
}

/** Reads what `valueToText` writes of arrays and lists of keys; undefined where the text is anything else. */
function parseValue(text: string): OtlpValue | undefined {
  const parser = new ValueParser(text);
  try {
    return parser.parseWhole();
  } catch {
    return undefined;
  }
}

/** JSON.parse would round the integers and take 3.0 for 3, so the text is read here. Throws where it is wrong. */
class ValueParser {
  private at = 0;
  constructor(private readonly text: string) {}

  parseWhole(): OtlpValue {
    const value = this.value(0);
    this.skipSpace();
    if (this.at !== this.text.length) throw new SyntaxError("There is more behind the value.");
    return value;
  }

  private value(depth: number): OtlpValue {
    if (depth > maxTextDepth) throw new RangeError("The value nests too deep.");
    switch (this.peek()) {
      case '"':
        return { type: "string", text: this.string() };
      case "[":
        return { type: "array", values: this.listOf("[", "]", () => this.value(depth + 1)) };
      case "{":
        return this.object(depth);
      default:
        return this.plain();
    }
  }

  private plain(): OtlpValue {
    const word = /[\w.+-]*/y;
    word.lastIndex = this.at;
    const [token = ""] = word.exec(this.text) ?? [];
    this.at += token.length;
    if (token === "null") return emptyValue;
    if (token === "true" || token === "false") return { type: "bool", text: token };
    if (isInt64(token)) return { type: "int", text: token };
    if (isDouble(token)) return { type: "double", text: doubleToText(Number(token)) };
    throw new SyntaxError(`${token} is no value.`);
  }

  private object(depth: number): OtlpValue {
    const entries = this.listOf("{", "}", (): readonly [string, OtlpValue] => {
      const key = this.string();
      this.take(":");
      return [key, this.value(depth + 1)];
    });
    const [only] = entries;
    const unwrapped = entries.length === 1 && only ? unwrap(only[0], only[1]) : undefined;
    return unwrapped ?? { type: "kvlist", entries };
  }

  private listOf<T>(open: string, close: string, item: () => T): T[] {
    this.take(open);
    const items: T[] = [];
    if (this.peek() !== close) {
      items.push(item());
      while (this.peek() === ",") {
        this.take(",");
        items.push(item());
      }
    }
    this.take(close);
    return items;
  }

  private string(): string {
    this.skipSpace();
    let end = this.at;
    do {
      end = this.text.indexOf('"', end + 1);
      if (end < 0) throw new SyntaxError("A text does not end.");
    } while (this.isEscaped(end));
    const literal = this.text.slice(this.at, end + 1);
    this.at = end + 1;
    return JSON.parse(literal);
  }

  private isEscaped(at: number): boolean {
    let backslashes = 0;
    while (at - 1 - backslashes > this.at && this.text[at - 1 - backslashes] === "\\") backslashes++;
    return backslashes % 2 === 1;
  }

  private take(char: string): void {
    if (this.peek() !== char) throw new SyntaxError(`${char} is missing.`);
    this.at++;
  }

  private peek(): string | undefined {
    this.skipSpace();
    return this.text[this.at];
  }

  private skipSpace(): void {
    while (this.at < this.text.length && " \t\r\n".includes(this.text.charAt(this.at))) this.at++;
  }
}

/** The value in a wrapper, or undefined if key and content are not a wrapper. */
function unwrap(key: string, value: OtlpValue): OtlpValue | undefined {
  if (value.type === "string") {
    if (key === "bytesValue" && isBase64(value.text)) return { type: "bytes", text: value.text };
    if (key === "doubleValue" && isDouble(value.text)) return { type: "double", text: value.text };
  }
  if (key !== "kvlistValue" || value.type !== "array") return undefined;
  const entries: [string, OtlpValue][] = [];
  for (const pair of value.values) {
    if (pair.type !== "array" || pair.values.length !== 2) return undefined;
    const [name, of] = pair.values;
    if (name?.type !== "string" || !of) return undefined;
    entries.push([name.text, of]);
  }
  return { type: "kvlist", entries };
}
