"use client";

import { useEffect, useState } from "react";
import { Icon } from "@/components/ui/icon";
import { runStatuses } from "@/lib/api/runs";
import type { RunsFilter, TimeRange } from "./runs-address";

const typingPauseMs = 250;
const statusNames = { ok: "OK", error: "Errors" } as const;
const timeOptions = [
  ["1h", "Last hour"],
  ["24h", "Last 24 hours"],
  ["7d", "Last 7 days"],
] as const satisfies readonly (readonly [TimeRange, string])[];

/** More services than this are a list to open, so that the bar stays one line. */
const maxChips = 4;

/** Search, status, service and time. Each change is told at once, typing after a pause. */
export function RunsFilterBar({
  filter,
  services,
  onChange,
}: {
  readonly filter: RunsFilter;
  readonly services: readonly string[];
  readonly onChange: (change: Partial<RunsFilter>) => void;
}) {
  return (
    <search className="mb-4 flex flex-wrap items-center gap-2">
      <SearchBox q={filter.q} onChange={(q) => onChange({ q })} />
      <Choice
        label="Status"
        value={filter.status}
        options={runStatuses.map((status) => [status, statusNames[status]] as const)}
        anyName="All"
        onChange={(status) => onChange({ status })}
      />
      {services.length > maxChips ? (
        <Select
          label="Service"
          value={filter.service}
          options={services.map((service) => [service, service] as const)}
          anyName="All services"
          onChange={(service) => onChange({ service })}
        />
      ) : services.length > 1 || filter.service ? (
        <Choice
          label="Service"
          value={filter.service}
          options={services.map((service) => [service, service] as const)}
          anyName="All services"
          onChange={(service) => onChange({ service })}
        />
      ) : null}
      <Select
        label="Time"
        value={filter.range}
        options={timeOptions}
        anyName="Any time"
        onChange={(range) => onChange({ range })}
      />
    </search>
  );
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
        maxLength={500}
        placeholder="Question, name, run or trace id"
        className="h-9 w-full rounded-md border border-edge bg-ground pr-2 pl-8 text-sm"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
    </label>
  );
}

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly value: T | undefined;
  readonly options: readonly (readonly [T, string])[];
  readonly anyName: string;
  readonly onChange: (value: T | undefined) => void;
}

/** One of a few, or any of them, as chips. */
function Choice<T extends string>({ label, value, options, anyName, onChange }: ChoiceProps<T>) {
  const all: readonly (readonly [T | undefined, string])[] = [[undefined, anyName], ...options];
  return (
    <fieldset className="flex h-9 items-center rounded-md bg-panel p-0.5 ring-1 ring-line ring-inset">
      <legend className="sr-only">{label}</legend>
      {all.map(([option, name]) => (
        <button
          key={option ?? ""}
          type="button"
          aria-pressed={option === value}
          className="h-8 max-w-40 truncate rounded px-2.5 text-[13px] text-muted hover:text-ink aria-pressed:bg-ground aria-pressed:text-ink aria-pressed:ring-1 aria-pressed:ring-edge"
          onClick={() => onChange(option)}
        >
          {name}
        </button>
      ))}
    </fieldset>
  );
}

/** One of many, or any of them, as a list to open. */
function Select<T extends string>({ label, value, options, anyName, onChange }: ChoiceProps<T>) {
  return (
    <select
      aria-label={label}
      className="h-9 max-w-56 rounded-md border border-edge bg-ground px-2 text-[13px]"
      value={value ?? ""}
      onChange={(event) => onChange(options.find(([option]) => option === event.target.value)?.[0])}
    >
      <option value="">{anyName}</option>
      {options.map(([option, name]) => (
        <option key={option} value={option}>
          {name}
        </option>
      ))}
    </select>
  );
}
