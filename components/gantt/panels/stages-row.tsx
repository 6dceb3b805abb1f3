import type { MouseEvent, ReactNode } from "react";
import { at } from "@/lib/base/checked";
import { workLabels } from "@/lib/gantt/paint/palette";
import type { StageTable } from "@/lib/gantt/stages";
import type { Timeline } from "@/lib/gantt/timeline";
import { workKindAt } from "@/lib/trace/names";
import {
  differenceText,
  measureOf,
  measureText,
  type StageMeasure,
  type StageRow,
  stageMeasures,
} from "./stage-rows";

interface RowProps {
  readonly row: StageRow;
  readonly table: StageTable;
  readonly timeline: Timeline;
  /** The find box asks for just these spans. */
  readonly isChosen: boolean;
  readonly onFind: (text: string) => void;
  readonly onSelect: (node: number) => void;
}

/** A stage of the one run that there is. */
export function SingleRow({ maxSelfNs, ...props }: RowProps & { readonly maxSelfNs: number }) {
  const { row, table, onSelect } = props;
  const cell = row.stage.byRun[0];
  if (!cell) return null;
  const share = maxSelfNs > 0 ? cell.selfNs / maxSelfNs : 0;
  const work = workKindAt(row.stage.work);
  return (
    <Row {...props}>
      {stageMeasures.map((measure) => {
        const text = measureText(measureOf(cell, measure, at(table.pathNs, 0)), measure);
        if (measure === "count") {
          return (
            <td key={measure} className="gantt-number">
              <button
                type="button"
                className="gantt-link"
                title="Go to the first of them"
                aria-label={`${text}, go to the first`}
                onClick={() => onSelect(cell.first)}
              >
                {text}
              </button>
            </td>
          );
        }
        if (measure === "self") {
          return (
            <td key={measure} className="gantt-number">
              <span className="gantt-self">
                <svg width="120" height="9" viewBox="0 0 120 9" aria-hidden="true">
                  <rect
                    x={120 - 120 * share}
                    width={120 * share}
                    height="9"
                    rx="1"
                    className={`gantt-fill-${work}`}
                  />
                </svg>
                {text}
              </span>
            </td>
          );
        }
        return (
          <td
            key={measure}
            className={measure === "errors" && text !== "" ? "gantt-number gantt-error-text" : "gantt-number"}
          >
            {measure === "errors" && text !== "" ? `⚠ ${text}` : text}
          </td>
        );
      })}
    </Row>
  );
}

/** A stage of several runs: one measure of each, and how it differs from the run that all are compared with. */
export function ComparedRow({
  measure,
  base,
  ...props
}: RowProps & { readonly measure: StageMeasure; readonly base: number }) {
  const { row, table, onSelect } = props;
  const valueIn = (run: number) => measureOf(row.stage.byRun[run], measure, at(table.pathNs, run));
  const baseValue = valueIn(base);
  return (
    <Row {...props}>
      {row.stage.byRun.map((cell, run) => {
        const value = valueIn(run);
        const text = measureText(value, measure);
        const by = (value ?? 0) - (baseValue ?? 0);
        const direction = by > 0 ? "gantt-more" : by < 0 ? "gantt-less" : "gantt-soft";
        return [
          <td key={`${run} value`} className="gantt-number">
            {cell ? (
              <button
                type="button"
                className="gantt-link"
                title="Go to the first of them"
                aria-label={`${text || "0"}, go to the first`}
                onClick={() => onSelect(cell.first)}
              >
                {text || "0"}
              </button>
            ) : (
              text
            )}
          </td>,
          run === base ? null : (
            <td key={`${run} difference`} className={`gantt-number ${direction}`}>
              {differenceText(value, baseValue, measure)}
            </td>
          ),
        ];
      })}
    </Row>
  );
}

function Row({ row, timeline, isChosen, onFind, children }: RowProps & { readonly children: ReactNode }) {
  const { name, service, work } = row.stage;
  const kind = workKindAt(work);
  const choose = () => onFind(isChosen ? "" : row.term);
  // The whole row is a large target for the pointer; by keys the button in it does the same.
  const onClick = (event: MouseEvent) => {
    if (!(event.target instanceof Element && event.target.closest("button"))) choose();
  };
  return (
    <tr aria-current={isChosen ? "true" : undefined} onClick={onClick}>
      <th scope="row">
        <button
          type="button"
          title={isChosen ? "Let go of these spans" : "Find these spans"}
          onClick={choose}
        >
          <i className={`gantt-work-${kind}`} role="img" aria-label={workLabels[kind]} />
          {name.slice(0, 300) || "(no name)"}
          {timeline.hasServices && service !== "" && (
            <span className="gantt-soft"> {service.slice(0, 100)}</span>
          )}
        </button>
      </th>
      {children}
    </tr>
  );
}
