import Link from "next/link";
import { ModeTag } from "@/components/shared/mode-tag";
import { StageStrip } from "@/components/shared/stage-strip";
import { Icon } from "@/components/ui/icon";
import type { AskAnswer, Evidence } from "@/lib/api/ask";
import { pages } from "@/lib/api/paths";
import { Confidence } from "./confidence";
import { PassageSource } from "./passage-evidence";
import { TableSource } from "./table-evidence";

/** An answer with its sources beside it, and below it where the time went. */
export function AnswerView({ answer }: { readonly answer: AskAnswer }) {
  const isRefused = answer.status === "refused";
  const bestScore = Math.max(
    0,
    ...answer.evidence
      .flatMap((each) => (each.kind === "passage" ? each.marks : []))
      .map(({ score }) => score),
  );
  return (
    <div className="grid gap-x-10 gap-y-8 lg:grid-cols-[minmax(0,5fr)_minmax(0,6fr)]">
      <section aria-label={isRefused ? "No answer" : "Answer"} className="grid content-start gap-5">
        <div>
          <h2 className="flex items-center gap-2 font-semibold text-[13px] text-muted">
            {isRefused ? (
              <>
                <Icon name="close" className="size-4 text-warning" /> Not answered
              </>
            ) : (
              "Answer"
            )}
          </h2>
          <p className="mt-1 whitespace-pre-line break-words text-lg leading-relaxed">{answer.answer}</p>
          <p className="mt-3 flex flex-wrap items-center gap-x-5 gap-y-1">
            {isRefused ? null : <Confidence confidence={answer.confidence} />}
            <ModeTag mode={answer.mode} />
            <span className="text-[13px] text-muted">
              {answer.model === "embedded" ? "embedded answerer" : answer.model}
            </span>
          </p>
        </div>
        <RunLink answer={answer} />
      </section>
      <section aria-label={isRefused ? "Nearest sources" : "Sources"}>
        <h2 className="font-semibold text-[13px] text-muted">
          {isRefused ? "What came nearest" : "Sources"}
        </h2>
        {answer.evidence.length === 0 ? (
          <p className="mt-1 text-muted text-sm">Nothing in the tables and documents came near.</p>
        ) : (
          <ol className="mt-2 divide-y divide-line">
            {answer.evidence.map((evidence) => (
              <li key={sourceKey(evidence)} className="py-4 first:pt-0">
                {evidence.kind === "table" ? (
                  <TableSource evidence={evidence} />
                ) : (
                  <PassageSource evidence={evidence} bestScore={bestScore} />
                )}
              </li>
            ))}
          </ol>
        )}
      </section>
    </div>
  );
}

function sourceKey(evidence: Evidence): string {
  return evidence.kind === "table"
    ? `table ${evidence.table} ${evidence.sql} ${JSON.stringify(evidence.params)}`
    : `passage ${evidence.passage_id}`;
}

/** The run's stages to scale, as one link to its timeline. */
function RunLink({ answer }: { readonly answer: AskAnswer }) {
  const stages = answer.stages.map(({ name, start_ms, duration_ms }) => ({
    name,
    startMs: start_ms,
    durationMs: duration_ms,
  }));
  return (
    <Link
      href={pages.run(answer.run_id)}
      className="group block rounded-lg border border-line p-3 hover:border-edge hover:bg-hover"
    >
      <span className="mb-2 flex items-center justify-between text-[13px]">
        <span className="font-semibold">Where the time went</span>
        <span className="flex items-center gap-1 text-accent group-hover:underline">
          Open the timeline <Icon name="arrow" className="size-4" />
        </span>
      </span>
      <StageStrip stages={stages} totalMs={answer.duration_ms} />
    </Link>
  );
}
