"use client";

import { useEffect, useState } from "react";
import { Icon } from "@/components/ui/icon";
import type { AskMode } from "@/lib/api/ask";
import type { RunChart } from "@/lib/api/run-chart";
import { maxSearchChars } from "@/lib/api/runs";
import { kindLabel } from "../charts/chart-series";
import { type Choice, FilterChips, withTaken } from "./filter-chips";
import { noFilter, type RunsFilter, runsAddress, type TimeRange } from "./runs-address";

const typingPauseMs = 250;
const timeOptions = [
  ["1h", "Last hour"],
  ["24h", "Last 24 hours"],
  ["7d", "Last 7 days"],
] as const satisfies readonly (readonly [TimeRange, string])[];

const ourModes: readonly AskMode[] = ["structured", "unstructured", "combined"];

/** More services than this are a list to open, so that the chips stay few lines. */
const maxServiceChips = 5;

/**
 * Search, time, status, kind and service, each in the address. Each change is reported at once, typing after a
 * pause. `choices` has the counts behind the chips; chips that are always there wait for theirs.
 */
export function RunsFilterBar({
  filter,
  choices,
  onChange,
}: {
  readonly filter: RunsFilter;
  readonly choices: Pick<RunChart, "statuses" | "modes" | "services"> | undefined;
  readonly onChange: (change: Partial<RunsFilter>) => void;
}) {
  const services = serviceChoices(filter, choices);
  const isFiltered = runsAddress({ ...filter, cursor: undefined }) !== runsAddress(noFilter);
  return (
    <search className="mb-2 grid gap-2">
      <div className="flex flex-wrap items-center gap-2">
        <SearchBox q={filter.q} onChange={(q) => onChange({ q })} />
        <select
          aria-label="Time"
          className="h-9 rounded-md border border-edge bg-ground px-2 text-[13px]"
          value={filter.from ? "chosen" : (filter.range ?? "")}
          onChange={(event) =>
            onChange({
              range: timeOptions.find(([range]) => range === event.target.value)?.[0],
              from: undefined,
              to: undefined,
            })
          }
        >
          <option value="">Any time</option>
          {timeOptions.map(([range, name]) => (
            <option key={range} value={range}>
              {name}
            </option>
          ))}
          {filter.from ? <option value="chosen">Chosen in the chart</option> : null}
        </select>
        <button
          type="button"
          // Its place is kept, so that nothing moves when the first filter is set.
          className={`h-8 rounded-md px-2 text-[13px] text-accent underline-offset-2 hover:underline ${isFiltered ? "" : "invisible"}`}
          onClick={() => onChange(noFilter)}
        >
          Clear all
        </button>
      </div>
      {/* One line that scrolls where it is too long: chips that come with their counts push nothing down.
          Relative, so that the chips' hidden legends scroll with it and do not widen the page. */}
      <div className="relative -mx-1 flex items-center gap-x-4 overflow-x-auto px-1 py-0.5 [scrollbar-width:none]">
        <FilterChips
          label="Status"
          choices={[
            { value: "ok", label: "OK", runs: choices?.statuses.ok },
            { value: "error", label: "Errors", runs: choices?.statuses.error },
          ]}
          value={filter.status}
          onChange={(status) => onChange({ status })}
        />
        <FilterChips
          label="Kind"
          choices={modeChoices(filter, choices)}
          value={filter.mode}
          onChange={(mode) => onChange({ mode })}
        />
        {services.length > maxServiceChips ? (
          <select
            aria-label="Service"
            className="h-8 shrink-0 max-w-56 rounded-md border border-edge bg-ground px-2 text-[13px]"
            value={filter.service ?? ""}
            onChange={(event) => onChange({ service: event.target.value || undefined })}
          >
            <option value="">All services</option>
            {services.map(({ value, label, runs }) => (
              <option key={value} value={value}>
                {label}
                {runs === undefined ? "" : ` (${runs})`}
              </option>
            ))}
          </select>
        ) : services.length > 1 || filter.service ? (
          <FilterChips
            label="Service"
            choices={services}
            value={filter.service}
            onChange={(service) => onChange({ service })}
          />
        ) : null}
      </div>
    </search>
  );
}

type Choices = Parameters<typeof RunsFilterBar>[0]["choices"];

/** Kinds of question first, always; then what other programs call theirs, and runs that are not questions. */
function modeChoices({ mode }: RunsFilter, choices: Choices): readonly Choice<string>[] {
  const runsOf = (value: string) =>
    choices ? (choices.modes.find((each) => each.mode === value)?.runs ?? 0) : undefined;
  const choiceOf = (value: string): Choice<string> => ({
    value,
    label: value === "" ? "Other" : kindLabel(value, ""),
    runs: runsOf(value),
  });
  const ours = ourModes.map(choiceOf);
  const others = (choices?.modes ?? [])
    .map((each) => each.mode)
    .filter((each) => each !== "" && !ourModes.some((our) => our === each))
    .slice(0, 3)
    .map(choiceOf);
  const withoutMode = runsOf("") || mode === "" ? [choiceOf("")] : [];
  return withTaken([...ours, ...others, ...withoutMode], mode === undefined ? undefined : choiceOf(mode));
}

function serviceChoices({ service }: RunsFilter, choices: Choices): readonly Choice<string>[] {
  const offered = (choices?.services ?? [])
    .filter((each) => each.service !== "")
    .map((each): Choice<string> => ({ value: each.service, label: each.service, runs: each.runs }));
  return withTaken(offered, service ? { value: service, label: service, runs: choices && 0 } : undefined);
}

function SearchBox({ q, onChange }: { readonly q: string; readonly onChange: (q: string) => void }) {
  const [text, setText] = useState(q);
  const [told, setTold] = useState(q);
  // The address changed by another way than typing (back, a link): the box follows.
  if (told !== q) {
    setTold(q);
    setText(q);
  }
  useEffect(() => {
    if (text === told) return;
    const timer = setTimeout(() => {
      setTold(text);
      onChange(text);
    }, typingPauseMs);
    return () => clearTimeout(timer);
  }, [text, told, onChange]);
  return (
    <label className="relative w-full sm:w-80">
      <span className="sr-only">Search runs</span>
      <Icon name="search" className="pointer-events-none absolute top-2.5 left-2.5 size-4 text-muted" />
      <input
        type="search"
        maxLength={maxSearchChars}
        placeholder="Question, name, run or trace id"
        className="h-9 w-full rounded-md border border-edge bg-ground pr-2 pl-8 text-sm"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
    </label>
  );
}
