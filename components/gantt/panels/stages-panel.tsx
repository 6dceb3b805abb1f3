import { useDeferredValue, useMemo, useState } from "react";
import { at } from "@/lib/base/checked";
import { formatCount, formatQuantity } from "@/lib/base/count";
import { visibleText } from "@/lib/base/visible-text";
import { stageTable } from "@/lib/gantt/stages";
import type { Timeline } from "@/lib/gantt/timeline";
import type { PanelProps } from "./panel";
import { type Sorting, StageHeading } from "./stage-heading";
import {
  measureHints,
  measureLabels,
  numberedRunLabel,
  type StageMeasure,
  type StageRow,
  sortStages,
  stageMeasures,
  stageRows,
} from "./stage-rows";
import { ComparedRow, SingleRow } from "./stages-row";
import "./stages-panel.css";

/** Rows at first, and how many more at a time: thousands of names would be slow to put on the page. */
const shownAtFirst = 100;
const shownMore = 500;
/** With more names there is a box to narrow them down. */
const narrowedFrom = 12;

/** Where the time went, name by name; with several runs side by side, measure by measure. */
export function StagesPanel({ timeline, view, find, onFind, onSelect }: PanelProps) {
  const [inView, setInView] = useState(false);
  const isCompared = timeline.runs.length > 1;
  const [measure, setMeasure] = useState<StageMeasure>("total");
  const [askedBase, setBase] = useState(0);
  // The run that the others were compared with may be gone.
  const base = askedBase < timeline.runs.length ? askedBase : 0;
  const [sorting, setSorting] = useState<Sorting>(firstSorting);
  const [narrow, setNarrow] = useState("");
  const [limit, setLimit] = useState(shownAtFirst);

  // The view may move on while 100,000 spans are being added up.
  const within = useDeferredValue(inView ? view : undefined);
  const table = useMemo(() => stageTable(timeline, within), [timeline, within]);
  const rows = useMemo(() => stageRows(table), [table]);
  const sort = useMemo(
    () => sortingFor(sorting, timeline.runs.length, measure, base),
    [sorting, timeline, measure, base],
  );
  const sorted = useMemo(() => sortStages(rows, table, sort, sort.descending), [rows, table, sort]);
  const wanted = narrow.trim().toLowerCase();
  const fitting = useMemo(
    () => (wanted === "" ? sorted : sorted.filter((row) => textOf(row).includes(wanted))),
    [sorted, wanted],
  );
  const shown = fitting.slice(0, limit);
  const hidden = fitting.length - shown.length;
  const maxSelfNs = useMemo(
    () => Math.max(0, ...table.stages.slice(0, 1).flatMap(({ byRun }) => byRun.map((c) => c?.selfNs ?? 0))),
    [table],
  );
  const chosen = find.trim();
  const heading = { sorting: sort, onSort: setSorting };

  return (
    <div className="gantt-stages">
      <div className="gantt-stages-bar">
        <fieldset className="gantt-switch" aria-label="Spans counted">
          <button type="button" aria-pressed={!inView} onClick={() => setInView(false)}>
            {isCompared ? "Whole runs" : "Whole run"}
          </button>
          <button type="button" aria-pressed={inView} onClick={() => setInView(true)}>
            In view
          </button>
        </fieldset>
        {isCompared && (
          <Comparison
            timeline={timeline}
            measure={measure}
            base={base}
            onMeasure={setMeasure}
            onBase={setBase}
          />
        )}
        {rows.length >= narrowedFrom && (
          <div className="gantt-narrow">
            <input
              type="text"
              value={narrow}
              placeholder={`Narrow ${formatCount(rows.length)} names down`}
              aria-label="Narrow the names down"
              spellCheck={false}
              onChange={(event) => setNarrow(event.target.value)}
            />
          </div>
        )}
        <output className="gantt-soft">{formatQuantity(fitting.length, "name")}</output>
      </div>
      <table>
        <thead>
          <HeadingRow timeline={timeline} measure={measure} base={base} {...heading} />
        </thead>
        <tbody>
          {shown.map((row) => {
            const props = { row, table, timeline, isChosen: row.term === chosen, onFind, onSelect };
            const key = `${row.stage.name}\n${row.stage.service}\n${row.stage.work}`;
            return isCompared ? (
              <ComparedRow key={key} {...props} measure={measure} base={base} />
            ) : (
              <SingleRow key={key} {...props} maxSelfNs={maxSelfNs} />
            );
          })}
        </tbody>
      </table>
      {shown.length === 0 && (
        <p className="gantt-hint">
          {wanted === "" ? "No span is in view. Zoom out, or count the whole run." : "No name holds this."}
        </p>
      )}
      {hidden > 0 && (
        <button type="button" className="gantt-link" onClick={() => setLimit(limit + shownMore)}>
          {`${formatCount(hidden)} more names are not shown. Show ${formatCount(Math.min(hidden, shownMore))} of them`}
        </button>
      )}
    </div>
  );
}

const firstSorting = { by: "value", run: 0, measure: "self", descending: true } as const;

/** Compared runs are sorted by what is compared, whatever that was when somebody chose the column. */
function sortingFor(sorting: Sorting, runs: number, measure: StageMeasure, base: number): Sorting {
  if (sorting.by === "name") return sorting;
  const isCompared = runs > 1;
  // The column may be gone, with its run or with the comparison.
  const hasColumn = sorting.run < runs && (isCompared || sorting.by === "value");
  const kept = hasColumn ? sorting : firstSorting;
  if (!isCompared) return kept;
  return kept.by === "value" ? { ...kept, measure } : { ...kept, measure, base };
}

/** What of several runs is compared, and with which of them. */
function Comparison({
  timeline,
  measure,
  base,
  onMeasure,
  onBase,
}: {
  readonly timeline: Timeline;
  readonly measure: StageMeasure;
  readonly base: number;
  readonly onMeasure: (measure: StageMeasure) => void;
  readonly onBase: (run: number) => void;
}) {
  return (
    <>
      <label>
        Compare{" "}
        <select value={measure} onChange={(event) => onMeasure(parseMeasure(event.target.value))}>
          {stageMeasures.map((each) => (
            <option key={each} value={each}>
              {measureLabels[each].toLowerCase()}
            </option>
          ))}
        </select>
      </label>
      <label>
        with{" "}
        <select value={base} onChange={(event) => onBase(Number(event.target.value))}>
          {timeline.runs.map((_, run) => (
            <option key={run} value={run}>
              {numberedRunLabel(timeline, run)}
            </option>
          ))}
        </select>
      </label>
    </>
  );
}

/** Name, then a column for each measure of a single run, or the columns of each of several. */
function HeadingRow({
  timeline,
  measure,
  base,
  ...heading
}: {
  readonly timeline: Timeline;
  readonly measure: StageMeasure;
  readonly base: number;
  readonly sorting: Sorting;
  readonly onSort: (sorting: Sorting) => void;
}) {
  return (
    <tr>
      <StageHeading {...heading} sort={{ by: "name" }} hint="Sort by name">
        Name
      </StageHeading>
      {timeline.runs.length > 1
        ? timeline.runs.map((_, run) => (
            <RunHeadings key={run} timeline={timeline} run={run} base={base} measure={measure} {...heading} />
          ))
        : stageMeasures.map((each) => (
            <StageHeading
              key={each}
              {...heading}
              sort={{ by: "value", run: 0, measure: each }}
              hint={measureHints[each]}
              isNumber
            >
              {measureLabels[each]}
            </StageHeading>
          ))}
    </tr>
  );
}

/** The columns of one run among several: its values, and how they differ from the run that it is compared with. */
function RunHeadings({
  timeline,
  run,
  base,
  measure,
  ...heading
}: {
  readonly timeline: Timeline;
  readonly run: number;
  readonly base: number;
  readonly measure: StageMeasure;
  readonly sorting: Sorting;
  readonly onSort: (sorting: Sorting) => void;
}) {
  const label = numberedRunLabel(timeline, run);
  return (
    <>
      <StageHeading
        {...heading}
        sort={{ by: "value", run, measure }}
        hint={`${measureLabels[measure]} in ${visibleText(at(timeline.runs, run).runId).slice(0, 200)}`}
        isNumber
      >
        {label}
      </StageHeading>
      {run !== base && (
        <StageHeading
          {...heading}
          sort={{ by: "difference", run, base, measure }}
          hint={`${label} against ${numberedRunLabel(timeline, base)}`}
          isNumber
        >
          Difference
        </StageHeading>
      )}
    </>
  );
}

function textOf({ stage }: StageRow): string {
  return `${stage.name} ${stage.service}`.toLowerCase();
}

function parseMeasure(text: string): StageMeasure {
  return stageMeasures.find((measure) => measure === text) ?? "total";
}
