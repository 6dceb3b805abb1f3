import { isBase64 } from "@/lib/base/base64";
import { type Fields, fieldOf, isRecord, numberOf, textOrEmpty } from "@/lib/base/json-fields";
import { doubleToText, isInt64 } from "@/lib/trace/content/otlp-value";
import type { Attribute, AttributeType } from "@/lib/trace/span";
import { jsonToAttribute } from "./json-attribute";

/** Tags that Jaeger's own translation from OpenTelemetry writes for fields of a span. */
export const tagNames = {
  kind: "span.kind",
  status: "otel.status_code",
  statusMessage: "otel.status_description",
  error: "error",
  traceState: "w3c.tracestate",
  scopeName: "otel.scope.name",
  scopeVersion: "otel.scope.version",
  // The names of the two before OpenTelemetry 1.15; read, not written.
  libraryName: "otel.library.name",
  libraryVersion: "otel.library.version",
  /** Ours: JSON of what Jaeger has no place for. */
  exact: "jiva.span",
  exactProcess: "jiva.process",
} as const;

export const liftedTags: ReadonlySet<string> = new Set(Object.values(tagNames));

export function tagJson(key: string, type: string, valueJson: string): string {
  return `{"key":${JSON.stringify(key)},"type":"${type}","value":${valueJson}}`;
}

export function textTag(key: string, value: string): string {
  return tagJson(key, "string", JSON.stringify(value));
}

/** A tag as JSON; `exact` is the attribute's type where the tag alone would not come back as it. */
export function attributeToTag({ key, type, value }: Attribute): {
  readonly json: string;
  readonly exact?: AttributeType;
} {
  switch (type) {
    case "string":
      return { json: textTag(key, value) };
    case "bool":
      if (value === "true" || value === "false") return { json: tagJson(key, "bool", value) };
      break;
    case "int":
      // Beyond 2^53 as text, which keeps its digits in every reader.
      if (isInt64(value)) {
        return {
          json: tagJson(key, "int64", Number.isSafeInteger(Number(value)) ? value : `"${value}"`),
        };
      }
      break;
    case "double": {
      const number = value.trim() === "" ? Number.NaN : Number(value);
      if (doubleToText(number) === value) {
        return { json: tagJson(key, "float64", Number.isFinite(number) ? value : `"${value}"`) };
      }
      break;
    }
    case "bytes":
      if (isBase64(value)) return { json: tagJson(key, "binary", JSON.stringify(value)) };
      break;
    default:
  }
  return { json: textTag(key, value), exact: type };
}

/** The attribute of a tag (or of a log's field), or undefined where it has no key. */
export function tagToAttribute(tag: unknown): Attribute | undefined {
  if (!isRecord(tag) || typeof tag.key !== "string") return undefined;
  const { key } = tag;
  const value = fieldOf(tag, "value");
  const typed = typedText(textOrEmpty(tag.type).toLowerCase(), value);
  return typed ? { key, ...typed } : jsonToAttribute(key, value);
}

/** Undefined where the value is none of the type that its tag claims: it is then taken for what it is. */
function typedText(type: string, value: unknown): Pick<Attribute, "type" | "value"> | undefined {
  switch (type) {
    case "string":
      return typeof value === "string" ? { type: "string", value } : undefined;
    case "bool":
      return value === "true" || value === "false" ? { type: "bool", value } : undefined;
    case "int64": {
      const text =
        typeof value === "number" && Number.isSafeInteger(value) ? String(value) : textOrEmpty(value);
      return isInt64(text) ? { type: "int", value: text } : undefined;
    }
    case "float64": {
      const number = /^(NaN|-?Infinity)$/.test(textOrEmpty(value)) ? Number(value) : numberOf(value);
      return number === undefined ? undefined : { type: "double", value: doubleToText(number) };
    }
    case "binary":
      return typeof value === "string" && isBase64(value) ? { type: "bytes", value } : undefined;
    default:
      return undefined;
  }
}

/** The first text of a tag. */
export function tagText(tags: readonly Fields[], name: string): string {
  return textOrEmpty(tags.find(({ key }) => key === name)?.value);
}
