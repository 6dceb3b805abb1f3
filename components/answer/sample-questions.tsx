"use client";

import Link from "next/link";
import { ModeTag } from "@/components/shared/mode-tag";
import { answerModes } from "@/lib/api/ask";
import { pages } from "@/lib/api/paths";
import { useSampleQuestions } from "./use-sample-questions";

const explanations = {
  structured: "answered by a query",
  unstructured: "answered by passages",
  combined: "answered by both together",
} as const;

/** Questions to click, by what answers them. Without sample data: where to bring one's own. */
export function SampleQuestionLists({ onAsk }: { readonly onAsk: (question: string) => void }) {
  const { data, isPending } = useSampleQuestions();
  const questions = data?.questions ?? [];
  if (!isPending && questions.length === 0)
    return (
      <p className="text-muted text-sm">
        Questions are answered from the tables and documents on the{" "}
        <Link href={pages.data} className="text-accent underline underline-offset-2">
          Data
        </Link>{" "}
        page. Upload yours there, or load the sample data to get questions to try.
      </p>
    );
  return (
    <section
      aria-label="Sample questions"
      aria-busy={isPending}
      className="grid min-h-56 gap-x-6 gap-y-5 lg:grid-cols-3"
    >
      {answerModes.map((mode) => (
        <div key={mode}>
          <h2 className="flex items-center gap-2 border-line border-b pb-1.5 font-semibold">
            <ModeTag mode={mode} />
            <span className="font-normal text-[13px] text-muted">{explanations[mode]}</span>
          </h2>
          <ul className="mt-1">
            {questions
              .filter((sample) => sample.mode === mode)
              .map(({ question }) => (
                <li key={question}>
                  <button
                    type="button"
                    className="-mx-2 w-[calc(100%+1rem)] rounded-md px-2 py-1.5 text-left text-sm leading-snug hover:bg-hover hover:text-accent"
                    onClick={() => onAsk(question)}
                  >
                    {question}
                  </button>
                </li>
              ))}
          </ul>
        </div>
      ))}
    </section>
  );
}
