import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import type { OtlpForm } from "./otlp-request";

/** The bodies of OTLP's answers, each in the form of its request. */

const contentTypes: Readonly<Record<OtlpForm, string>> = {
  protobuf: "application/x-protobuf",
  json: "application/json",
};

export interface OtlpBody {
  readonly contentType: string;
  readonly body: Uint8Array<ArrayBuffer>;
}

/**
 * ExportTraceServiceResponse. Nothing rejected and nothing to say is zero bytes, or `{}`; a message without a
 * rejected span is a warning (partial success).
 */
export function encodeSuccess(form: OtlpForm, rejectedSpans: number, message: string): OtlpBody {
  if (rejectedSpans === 0 && message === "") return encode(form, {}, () => undefined);
  const partialSuccess = {
    ...(rejectedSpans > 0 && { rejectedSpans: String(rejectedSpans) }),
    ...(message !== "" && { errorMessage: message }),
  };
  return encode(form, { partialSuccess }, (writer) => {
    writer.tag(1, WireType.LengthDelimited).fork();
    if (rejectedSpans > 0) writer.tag(1, WireType.Varint).int64(rejectedSpans);
    if (message !== "") writer.tag(2, WireType.LengthDelimited).string(message);
    writer.join();
  });
}

/** google.rpc.Status, the body of every error. */
export function encodeStatus(form: OtlpForm, code: number, message: string): OtlpBody {
  return encode(form, { code, message }, (writer) => {
    writer.tag(1, WireType.Varint).int32(code);
    writer.tag(2, WireType.LengthDelimited).string(message);
  });
}

function encode(form: OtlpForm, json: object, write: (writer: BinaryWriter) => void): OtlpBody {
  const contentType = contentTypes[form];
  if (form === "json") return { contentType, body: new TextEncoder().encode(JSON.stringify(json)) };
  const writer = new BinaryWriter();
  write(writer);
  return { contentType, body: writer.finish() };
}
