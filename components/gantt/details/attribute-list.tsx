import { useMemo, useState } from "react";
import { formatCount } from "@/lib/base/count";
import { groupAttributes } from "@/lib/trace/content/attribute-groups";
import { readValue } from "@/lib/trace/content/attribute-value";
import type { Attribute } from "@/lib/trace/span";
import { attributeTerm } from "../find/bounded-term";
import { BoundedText } from "./bounded-text";
import { CopyButton } from "./copy-button";

/** With more attributes there is a box to narrow them down. */
const filteredFrom = 20;
/** Rows rendered at first; thousands of them would open slowly. */
const shownAtFirst = 200;

/** Attributes by what they are about, each to copy and, where `onFind` is given, to find all spans that share it. */
export function AttributeList({
  attributes,
  onFind,
  what = "attributes",
}: {
  readonly attributes: readonly Attribute[];
  readonly onFind?: ((text: string) => void) | undefined;
  readonly what?: string;
}) {
  const [filter, setFilter] = useState("");
  const [limit, setLimit] = useState(shownAtFirst);
  const wanted = filter.trim().toLowerCase();
  const fitting = useMemo(
    () =>
      wanted === ""
        ? attributes
        : attributes.filter(({ key, value }) => `${key}=${value}`.toLowerCase().includes(wanted)),
    [attributes, wanted],
  );
  const groups = useMemo(() => groupAttributes(fitting.slice(0, limit)), [fitting, limit]);
  if (attributes.length === 0) return null;
  return (
    <>
      {attributes.length > filteredFrom && (
        <div className="gantt-narrow">
          <input
            type="text"
            value={filter}
            placeholder={`Narrow ${formatCount(attributes.length)} ${what} down`}
            aria-label={`Narrow the ${what} down`}
            spellCheck={false}
            onChange={(event) => setFilter(event.target.value)}
          />
          {wanted !== "" && <output>{formatCount(fitting.length)}</output>}
        </div>
      )}
      {groups.map(({ label, attributes: group }) => (
        <div key={label} className="gantt-attribute-group">
          {label !== "" && <h4>{label}</h4>}
          <dl className="gantt-attributes">
            {group.map((attribute, index) => (
              <AttributeEntry key={index} attribute={attribute} onFind={onFind} />
            ))}
          </dl>
        </div>
      ))}
      {fitting.length > limit && (
        <button type="button" className="gantt-link" onClick={() => setLimit(limit + 10 * shownAtFirst)}>
          {`${formatCount(fitting.length - limit)} more ${what} are not shown. Show more`}
        </button>
      )}
    </>
  );
}

function AttributeEntry({
  attribute,
  onFind,
}: {
  readonly attribute: Attribute;
  readonly onFind?: ((text: string) => void) | undefined;
}) {
  const { key, value, type } = attribute;
  const { text, unit } = useMemo(() => readValue(attribute), [attribute]);
  const shortKey = key.slice(0, 100);
  return (
    <div className="gantt-attribute">
      <dt title={type === "string" ? undefined : type}>{key.slice(0, 300)}</dt>
      <dd>
        <BoundedText
          text={text}
          className={unit === "none" || unit === "json" ? "gantt-value" : "gantt-value gantt-measure"}
          {...(text !== value && unit !== "json" && { title: value })}
        />
      </dd>
      <dd className="gantt-entry-actions">
        <CopyButton text={value} what={shortKey} />
        <CopyButton text={`${key}=${value}`} what={`${shortKey} with its value`} label="key=value" />
        {onFind && (
          <button
            type="button"
            className="gantt-copy"
            aria-label={`Filter by ${shortKey}`}
            title="Find all spans with this value"
            onClick={() => onFind(attributeTerm(key, value))}
          >
            filter
          </button>
        )}
      </dd>
    </div>
  );
}
