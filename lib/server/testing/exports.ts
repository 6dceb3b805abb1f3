import type { ExportFormat } from "@/lib/api/exports";
import { readChrome } from "@/lib/formats/read-chrome";
import { readJaeger } from "@/lib/formats/read-jaeger";
import { parseLosslessJson } from "@/lib/otlp/json/lossless-json";
import { parseOtlpJson } from "@/lib/otlp/json/parse-otlp-json";
import type { Span } from "@/lib/trace/span";

export type { Span };

/** The spans in an exported file of another tool's format, for tests that call routes. */
export function readExported(format: Exclude<ExportFormat, "html">, json: string): readonly Span[] {
  if (format === "otlp") return parseOtlpJson(json, { receivedNs: 1n }).spans;
  const parsed = parseJson(json);
  return (format === "jaeger" ? readJaeger(parsed) : readChrome(parsed)).spans;
}

export function parseJson(json: string): unknown {
  return parseLosslessJson(json, 1_000_000);
}
