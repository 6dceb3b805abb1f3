import type { Attribute, Span, SpanExtras } from "@/lib/trace/span";
import { boundAttributes, boundText } from "./bounds";
import { otlpLimits } from "./otlp-limits";

/** What a resource and a scope say of each of their spans. */
export interface SpanOrigin {
  readonly fields: OriginFields;
  /** What of it was cut. */
  readonly cut: readonly string[];
}

interface OriginFields
  extends Pick<Span, "serviceName" | "resource" | "scopeName" | "scopeVersion">,
    Pick<
      SpanExtras,
      | "resourceSchemaUrl"
      | "resourceDroppedAttributes"
      | "scopeAttributes"
      | "scopeSchemaUrl"
      | "scopeDroppedAttributes"
    > {}

/** A resource and a scope as they were sent. */
export interface SentOrigin {
  readonly resource: readonly Attribute[];
  readonly resourceDropped: number;
  readonly resourceSchemaUrl: string;
  /** Keys of the resource's attributes whose values were too deep and are left empty there. */
  readonly resourceCut: readonly string[];
  readonly scopeName: string;
  readonly scopeVersion: string;
  readonly scopeAttributes: readonly Attribute[];
  readonly scopeDropped: number;
  readonly scopeSchemaUrl: string;
  readonly scopeCut: readonly string[];
}

/** What a resource and a scope say, as the spans below them carry it. */
export function toOrigin(sent: SentOrigin): SpanOrigin {
  const resourceCut = [...sent.resourceCut];
  const scopeCut = [...sent.scopeCut];
  const resource = boundAttributes(sent.resource, resourceCut);
  const scope = boundAttributes(sent.scopeAttributes, scopeCut);
  const resourceSchemaUrl = boundText(
    "schema_url",
    sent.resourceSchemaUrl,
    otlpLimits.nameChars,
    resourceCut,
  );
  const scopeSchemaUrl = boundText("schema_url", sent.scopeSchemaUrl, otlpLimits.nameChars, scopeCut);
  const scopeName = boundText("name", sent.scopeName, otlpLimits.nameChars, scopeCut);
  const scopeVersion = boundText("version", sent.scopeVersion, otlpLimits.nameChars, scopeCut);
  const resourceDropped = sent.resourceDropped + resource.dropped;
  const scopeDropped = sent.scopeDropped + scope.dropped;
  const service = resource.attributes.find(({ key }) => key === "service.name");
  return {
    fields: {
      // The attribute has the whole of it.
      serviceName: boundText("", service?.value ?? "", otlpLimits.nameChars, []),
      resource: resource.attributes,
      scopeName,
      scopeVersion,
      ...(scope.attributes.length > 0 && { scopeAttributes: scope.attributes }),
      ...(resourceSchemaUrl !== "" && { resourceSchemaUrl }),
      ...(scopeSchemaUrl !== "" && { scopeSchemaUrl }),
      ...(resourceDropped > 0 && { resourceDroppedAttributes: resourceDropped }),
      ...(scopeDropped > 0 && { scopeDroppedAttributes: scopeDropped }),
    },
    cut: [...resourceCut.map((what) => `resource ${what}`), ...scopeCut.map((what) => `scope ${what}`)],
  };
}
