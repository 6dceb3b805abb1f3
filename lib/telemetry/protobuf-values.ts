import type { ItemBudget } from "@/lib/trace/otlp/otlp-limits";
import {
  doubleToText,
  emptyValue,
  maxValueDepth,
  type OtlpValue,
  valueToText,
} from "@/lib/trace/otlp/otlp-value";
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
    this.fields(end, (tag) => {
      if (tag === 10 /* key */) key = this.wire.string();
      else if (tag === 18 /* value */) value = this.value(this.end(), depth);
      else return false;
      return true;
    });
    return [key, value];
  }

  private value(end: number, depth: number): OtlpValue {
    let value: OtlpValue = emptyValue;
    this.fields(end, (tag) => {
      const read = this.valueField(tag, depth);
      if (read) value = read;
      return read !== undefined;
    });
    return value;
  }

  private valueField(tag: number, depth: number): OtlpValue | undefined {
    switch (tag) {
      case 10: // string_value
        return { type: "string", text: this.wire.string() };
      case 16: // bool_value
        return { type: "bool", text: this.wire.bool() ? "true" : "false" };
      case 24: // int_value
        return { type: "int", text: String(this.wire.int64()) };
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

  /** Passes over what nests deeper than is kept. */
  private tooDeep(end: number): OtlpValue {
    this.isTooDeep = true;
    this.wire.pos = end;
    return emptyValue;
  }

  private array(end: number, depth: number): OtlpValue[] {
    const values: OtlpValue[] = [];
    this.fields(end, (tag) => {
      if (tag !== 10 /* values */) return false;
      this.budget.take();
      values.push(this.value(this.end(), depth));
      return true;
    });
    return values;
  }

  private keyValues(end: number, depth: number): (readonly [string, OtlpValue])[] {
    const entries: (readonly [string, OtlpValue])[] = [];
    this.fields(end, (tag) => {
      if (tag !== 10 /* values */) return false;
      entries.push(this.keyValue(this.end(), depth));
      return true;
    });
    return entries;
  }
}
