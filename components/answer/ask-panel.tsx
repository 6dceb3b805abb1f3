"use client";

import Link from "next/link";
import { useSearchParams } from "next/navigation";
import { useCallback, useState } from "react";
import { useMayWrite } from "@/components/ui/access";
import { EmptyNotice } from "@/components/ui/notice";
import type { AskAnswer, AskMode } from "@/lib/api/ask";
import { pages } from "@/lib/api/paths";
import { AnswerView } from "./answer-view";
import { askAddress, parseAskAddress } from "./ask-address";
import { AskCancelled, AskFailure } from "./ask-failure";
import { rememberAsked, useAsked } from "./ask-history";
import { AskedList } from "./asked-list";
import { LiveStages } from "./live-stages";
import { QuestionForm } from "./question-form";
import { SampleQuestionLists } from "./sample-questions";
import { stageWords } from "./stage-words";
import { type AskState, useAsk } from "./use-ask";

/** The Ask page: the address holds the question, the mode and the run whose answer is shown. */
export function AskPanel() {
  const address = parseAskAddress(useSearchParams());
  const mayWrite = useMayWrite();
  const asked = useAsked();
  const [question, setQuestion] = useState(address.question);
  const [addressQuestion, setAddressQuestion] = useState(address.question);
  // Back, forward and a click on an earlier question change the address: the box follows.
  if (addressQuestion !== address.question) {
    setAddressQuestion(address.question);
    setQuestion(address.question);
  }

  const keepAnswer = useCallback((sent: { question: string; mode: AskMode }, answer: AskAnswer) => {
    rememberAsked({ ...sent, askedAtMs: Date.now(), answer });
    const here = parseAskAddress(new URLSearchParams(location.search));
    // Who went back to an earlier question meanwhile stays there; the answer is in the list.
    if (here.question === sent.question && here.runId === undefined)
      history.replaceState(null, "", askAddress({ ...sent, runId: answer.run_id }));
  }, []);
  const { state, ask, cancel } = useAsk(keepAnswer);

  const askNow = (text: string, mode: AskMode) => {
    const sent = { question: text.trim(), mode };
    setQuestion(sent.question);
    history.pushState(null, "", askAddress(sent));
    void ask(sent);
  };

  const isRunning = state.phase === "running";
  // What came out belongs to the address that asked; elsewhere (an earlier question, the bare page) it is over.
  const isHere =
    isRunning || (state.phase !== "idle" && !address.runId && state.question === address.question);
  // The address is a moment behind the answer that it will name.
  const fresh = isHere && state.phase === "answered" ? state.answer : undefined;
  const shown = fresh ?? asked.find(({ answer }) => answer.run_id === address.runId)?.answer;
  const isFresh = !isHere && address.runId === undefined;
  return (
    <div className="grid gap-8">
      <div className="w-full max-w-4xl">
        {mayWrite ? (
          <QuestionForm
            question={question}
            mode={address.mode}
            isRunning={isRunning}
            onQuestion={setQuestion}
            onMode={(mode) => history.replaceState(null, "", askAddress({ ...address, mode }))}
            onAsk={() => askNow(question, address.mode)}
            onCancel={cancel}
          />
        ) : (
          <ReaderNotice />
        )}
      </div>
      <output className="sr-only" aria-live="polite">
        {stateToWords(state, shown)}
      </output>
      {isFresh ? null : (
        <div className="min-h-64">
          {state.phase === "running" ? (
            <LiveStages sentAtMs={state.sentAtMs} stages={state.stages} />
          ) : isHere && state.phase === "failed" ? (
            <AskFailure {...state} onAskAgain={() => askNow(state.question, state.mode)} />
          ) : isHere && state.phase === "cancelled" ? (
            <AskCancelled {...state} onAskAgain={() => askNow(state.question, state.mode)} />
          ) : shown ? (
            <AnswerView key={shown.run_id} answer={shown} />
          ) : address.runId ? (
            <AskedElsewhere runId={address.runId} mayWrite={mayWrite} />
          ) : null}
        </div>
      )}
      {!mayWrite ? null : isFresh ? (
        <SampleQuestionLists onAsk={(text) => askNow(text, "auto")} />
      ) : (
        <details>
          <summary className="w-fit text-muted text-sm hover:text-ink">Sample questions</summary>
          <div className="mt-3">
            <SampleQuestionLists onAsk={(text) => askNow(text, "auto")} />
          </div>
        </details>
      )}
      {asked.length > 0 ? (
        <AskedList asked={asked} shownRunId={isRunning ? undefined : shown?.run_id} />
      ) : null}
    </div>
  );
}

function ReaderNotice() {
  return (
    <EmptyNotice title="You can look, and not ask">
      <p>
        You are signed in with the read token. A question writes a run, so asking needs the API token.{" "}
        <Link href={pages.runs} className="text-accent underline underline-offset-2">
          Look at the runs
        </Link>{" "}
        that others have asked.
      </p>
    </EmptyNotice>
  );
}

/** Only the tab that asked keeps the answer, but its run can be opened anywhere. */
function AskedElsewhere({ runId, mayWrite }: { readonly runId: string; readonly mayWrite: boolean }) {
  return (
    <p className="text-muted text-sm">
      This question was asked in another tab.{" "}
      <Link href={pages.run(runId)} className="text-accent underline underline-offset-2">
        Open its run
      </Link>
      {mayWrite ? ", or press Ask to answer it again." : "."}
    </p>
  );
}

/** Announcements for screen readers. Failures announce themselves. */
function stateToWords(state: AskState, answer: AskAnswer | undefined): string {
  if (state.phase === "running") {
    const stage = state.stages.findLast(({ endMs }) => endMs === undefined);
    return stage ? stageWords(stage.name) : "Working";
  }
  if (state.phase === "cancelled") return "Cancelled";
  if (state.phase === "failed" || !answer) return "";
  return `${answer.status === "refused" ? "Not answered" : "Answer"}: ${answer.answer}`;
}
