import type { ItemBudget } from "@/lib/otlp/otlp-limits";
import {
  doubleToText,
  emptyValue,
  maxValueDepth,
  type OtlpValue,
  valueToText,
} from "@/lib/trace/content/otlp-value";
import type { Attribute } from "@/lib/trace/span";
import { MessageReader } from "./protobuf-message";

/**
 * Attributes and their values (opentelemetry/proto/common/v1). The numbers in `case` are tags: see
 * ./otlp-protobuf.ts.
 */
export class ValueReader extends MessageReader {
  /** Whether a part of the value that was read last was too deep to be kept. */
  private isTooDeep = false;

  constructor(
    body: Buffer,
    protected readonly budget: ItemBudget,
  ) {
    super(body);
  }

  /** Keys of values that were too deep go to `cut`. */
  protected attribute(attributes: Attribute[], cut: string[]): void {
    this.isTooDeep = false;
    const [key, value] = this.keyValue(this.end(), 0);
    if (this.isTooDeep) cut.push(key);
    attributes.push({ key, type: value.type, value: valueToText(value) });
  }

  private keyValue(end: number, depth: number): readonly [string, OtlpValue] {
    this.budget.take();
    let key = "";
    let value: OtlpValue = emptyValue;
    for (let tag = this.tag(end); tag !== 0; tag = this.tag(end)) {
      if (tag === 10 /* key */) key = this.text();
      else if (tag === 18 /* value */) value = this.value(this.end(), depth);
      else this.skip(tag);
    }
    return [key, value];
  }

  private value(end: number, depth: number): OtlpValue {
    let value: OtlpValue = emptyValue;
    for (let tag = this.tag(end); tag !== 0; tag = this.tag(end)) {
      const read = this.valueField(tag, depth);
      if (read) value = read;
      else this.skip(tag);
    }
    return value;
  }

  private valueField(tag: number, depth: number): OtlpValue | undefined {
    switch (tag) {
      case 10: // string_value
        return { type: "string", text: this.text() };
      case 16: // bool_value
        return { type: "bool", text: this.wire.bool() ? "true" : "false" };
      case 24: // int_value
        return { type: "int", text: this.integer() };
      case 33: // double_value
        return { type: "double", text: doubleToText(this.wire.double()) };
      case 42: // array_value
        return depth === maxValueDepth
          ? this.tooDeep(this.end())
          : { type: "array", values: this.array(this.end(), depth + 1) };
      case 50: // kvlist_value
        return depth === maxValueDepth
          ? this.tooDeep(this.end())
          : { type: "kvlist", entries: this.keyValues(this.end(), depth + 1) };
      case 58: // bytes_value
        return { type: "bytes", text: this.bytes("base64") };
      default:
        return undefined;
    }
  }

  /** Most numbers are small: up to two bytes they need no bigint. */
  private integer(): string {
    const { body, wire } = this;
    const first = body[wire.pos];
    const second = body[wire.pos + 1];
    if (first !== undefined && first < 0x80) {
      wire.pos++;
      return String(first);
    }
    if (first !== undefined && second !== undefined && second < 0x80) {
      wire.pos += 2;
      return String((first & 0x7f) | (second << 7));
    }
    // Longer, or cut short, which the library says.
    return String(wire.int64());
  }

  /** Passes over what nests deeper than is kept. */
  private tooDeep(end: number): OtlpValue {
    this.isTooDeep = true;
    this.wire.pos = end;
    return emptyValue;
  }

  private array(end: number, depth: number): OtlpValue[] {
    const values: OtlpValue[] = [];
    for (let tag = this.tag(end); tag !== 0; tag = this.tag(end)) {
      if (tag === 10 /* values */) {
        this.budget.take();
        values.push(this.value(this.end(), depth));
      } else this.skip(tag);
    }
    return values;
  }

  private keyValues(end: number, depth: number): (readonly [string, OtlpValue])[] {
    const entries: (readonly [string, OtlpValue])[] = [];
    for (let tag = this.tag(end); tag !== 0; tag = this.tag(end)) {
      if (tag === 10 /* values */) entries.push(this.keyValue(this.end(), depth));
      else this.skip(tag);
    }
    return entries;
  }
}
