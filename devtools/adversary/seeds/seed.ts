/** What people upload, and what is sent or opened as a trace. */
export const uploadFormats = ["csv", "json", "ndjson", "parquet", "markdown", "text"] as const;
export const traceFormats = ["otlp-protobuf", "otlp-json", "jaeger", "chrome"] as const;
export const formats = [...uploadFormats, ...traceFormats] as const;

export type UploadFormat = (typeof uploadFormats)[number];
export type TraceFormat = (typeof traceFormats)[number];
export type Format = (typeof formats)[number];

export function isUploadFormat(format: Format): format is UploadFormat {
  return (uploadFormats as readonly Format[]).includes(format);
}

export const endings: Readonly<Record<Format, string>> = {
  csv: "csv",
  json: "json",
  ndjson: "ndjson",
  parquet: "parquet",
  markdown: "md",
  text: "txt",
  "otlp-protobuf": "otlp.pb",
  "otlp-json": "otlp.json",
  jaeger: "jaeger.json",
  chrome: "chrome.json",
};

/** A valid input, and exactly what has to be found again where it is taken. */
export interface Seed {
  readonly format: Format;
  /** A file's name, its ending included; no two seeds of one format share it. */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly expected: Expected;
  /** Of a trace that the receiver stores: its run can be asked for by it. */
  readonly traceId?: string;
}

export type Expected =
  /** Cells as the store prints them (`toString`); null is an empty one. */
  | { readonly kind: "rows"; readonly columns: readonly string[]; readonly rows: readonly Cells[] }
  | { readonly kind: "passages"; readonly passages: readonly ExpectedPassage[] }
  | { readonly kind: "spans"; readonly spans: readonly ExpectedSpan[] };

export type Cells = readonly (string | null)[];

export interface ExpectedPassage {
  readonly heading: string;
  readonly text: string;
}

/** Names are unique within a seed, so that a parent can be named by its own. */
export interface ExpectedSpan {
  readonly name: string;
  /** "" for a root. */
  readonly parentName: string;
  readonly service: string;
  readonly startNs: bigint;
  readonly durationNs: bigint;
  readonly status: "Unset" | "Ok" | "Error";
  /** Keys, types and values, sorted by key; those that the format itself adds are not among them. */
  readonly attributes: readonly (readonly [key: string, type: string, value: string])[];
}

/** At least 20 of each are asked for; a few more cost nothing. */
export const seedsOfEach = 24;
