import { useState } from "react";
import type { Attribute } from "@/lib/trace/span";
import { CopyButton } from "./copy-button";

/** Values are data from anywhere: always text, and never more of it at once than a page can hold. */
const shortChars = 600;
const longChars = 200_000;

export function AttributeList({ attributes }: { readonly attributes: readonly Attribute[] }) {
  if (attributes.length === 0) return null;
  return (
    <dl className="gantt-attributes">
      {attributes.map((attribute, index) => (
        <AttributeEntry key={index} attribute={attribute} />
      ))}
    </dl>
  );
}

function AttributeEntry({ attribute: { key, value, type } }: { readonly attribute: Attribute }) {
  const [whole, setWhole] = useState(false);
  const isLong = value.length > shortChars;
  const shown = value.slice(0, whole ? longChars : shortChars);
  const cut = value.length - shown.length;
  return (
    <div>
      <dt title={type}>{key.slice(0, 300)}</dt>
      <dd>
        <span className="gantt-value" data-type={type}>
          {shown}
          {cut > 0 && "…"}
        </span>
        <CopyButton text={value} what={key.slice(0, 100)} />
        {isLong && (
          <button type="button" className="gantt-link" onClick={() => setWhole(!whole)}>
            {whole
              ? cut > 0
                ? `${cut.toLocaleString("en-US")} characters are not shown; copy has them. Show less`
                : "Show less"
              : `Show all ${value.length.toLocaleString("en-US")} characters`}
          </button>
        )}
      </dd>
    </div>
  );
}
