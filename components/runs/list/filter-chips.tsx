import { parseMode } from "@/components/shared/mode-names";
import { ModeTag } from "@/components/shared/mode-tag";
import { Icon } from "@/components/ui/icon";
import { formatCount } from "@/lib/base/count";

export interface Choice<T extends string> {
  readonly value: T;
  readonly label: string;
  /** Runs that this choice would leave; undefined while it is not known. */
  readonly runs: number | undefined;
}

/** Choices of which one or none is taken. A taken one says so by its shape and is taken back by the same click. */
export function FilterChips<T extends string>({
  label,
  choices,
  value,
  onChange,
}: {
  readonly label: string;
  readonly choices: readonly Choice<T>[];
  readonly value: T | undefined;
  readonly onChange: (value: T | undefined) => void;
}) {
  return (
    <fieldset className="flex shrink-0 items-center gap-1">
      <legend className="sr-only">{label}</legend>
      {choices.map((choice) => {
        const isTaken = choice.value === value;
        const mode = label === "Kind" ? parseMode(choice.value) : undefined;
        return (
          <button
            key={choice.value}
            type="button"
            aria-pressed={isTaken}
            className="inline-flex h-8 shrink-0 items-center whitespace-nowrap gap-1.5 rounded-full border border-line px-2.5 text-[13px] text-muted tabular-nums hover:bg-hover hover:text-ink aria-pressed:border-accent aria-pressed:bg-selected aria-pressed:text-ink"
            onClick={() => onChange(isTaken ? undefined : choice.value)}
          >
            {mode ? <ModeTag mode={mode} /> : <span className="max-w-40 truncate">{choice.label}</span>}
            <span className="min-w-[1ch] text-muted text-xs">
              {choice.runs === undefined ? "" : formatCount(choice.runs)}
            </span>
            {isTaken ? <Icon name="close" className="size-3.5" /> : null}
          </button>
        );
      })}
    </fieldset>
  );
}

/** The choices as they are, with the taken one among them even where no run has it. */
export function withTaken<T extends string>(
  choices: readonly Choice<T>[],
  taken: Choice<T> | undefined,
): readonly Choice<T>[] {
  return taken && !choices.some(({ value }) => value === taken.value) ? [...choices, taken] : choices;
}
