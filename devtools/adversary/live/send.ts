import { type UploadedFile, uploadAnswerSchema } from "@/lib/api/datasets";
import { paths } from "@/lib/api/paths";
import type { TraceFormat } from "../seeds/seed";

export interface NamedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface UploadResult {
  readonly status: number;
  readonly files: readonly UploadedFile[];
  /** For an answer that is not a list of files. */
  readonly text: string;
  readonly ms: number;
}

export async function upload(
  url: string,
  files: readonly NamedFile[],
  limitMs: number,
): Promise<UploadResult> {
  const form = new FormData();
  for (const { name, bytes } of files) form.append("file", new File([new Uint8Array(bytes)], name));
  const startedMs = performance.now();
  const response = await fetch(url + paths.datasets, {
    method: "POST",
    headers: { "x-jiva-request": "1" },
    body: form,
    signal: AbortSignal.timeout(limitMs),
  });
  const text = await response.text();
  const ms = performance.now() - startedMs;
  const { status } = response;
  if (![200, 207, 400].includes(status)) return { status, files: [], text, ms };
  const parsed = uploadAnswerSchema.safeParse(JSON.parse(text));
  return { status, files: parsed.data?.files ?? [], text, ms };
}

export interface SentSpans {
  readonly status: number;
  readonly text: string;
  readonly ms: number;
}

export async function sendSpans(
  url: string,
  format: Extract<TraceFormat, "otlp-json" | "otlp-protobuf">,
  bytes: Uint8Array,
  limitMs: number,
): Promise<SentSpans> {
  const startedMs = performance.now();
  const response = await fetch(`${url}/v1/traces`, {
    method: "POST",
    headers: { "content-type": format === "otlp-json" ? "application/json" : "application/x-protobuf" },
    body: new Uint8Array(bytes),
    signal: AbortSignal.timeout(limitMs),
  });
  const text = await response.text();
  return { status: response.status, text, ms: performance.now() - startedMs };
}
