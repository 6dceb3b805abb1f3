import { useMemo } from "react";
import { clamp } from "@/lib/base/clamp";
import { formatCount, formatQuantity } from "@/lib/base/count";
import type { Message } from "@/lib/trace/content/message-content";
import type { ListedPassage, PassageList } from "@/lib/trace/content/passage-content";
import { readContent, type SpanContent, type Statement, type Tokens } from "@/lib/trace/content/span-content";
import { sqlLines } from "@/lib/trace/content/sql-lines";
import type { Span } from "@/lib/trace/span";
import { BoundedText } from "./bounded-text";
import { CopyButton } from "./copy-button";
import { percentText } from "./span-facts";

/** What the span is about, laid out: question, plan, SQL, passages, messages, tokens. Nothing where it has none. */
export function SpanSections({ span }: { readonly span: Span }) {
  const content = useMemo(() => readContent(span), [span]);
  const { question, answer, plan, route, statement, passages, prompt, completion, tokens } = content;
  return (
    <>
      {question && (
        <section>
          <h3>Question</h3>
          <p className="gantt-prose">
            <BoundedText text={question} className="gantt-said" />
          </p>
        </section>
      )}
      {answer && <AnswerSection answer={answer} />}
      {plan && <PlanSection plan={plan} />}
      {route && (
        <section>
          <h3>Route</h3>
          <p className="gantt-prose">
            {route.mode && <b>{route.mode}: </b>}
            <BoundedText text={route.reason} className="gantt-said" />
          </p>
        </section>
      )}
      {statement && <StatementSection statement={statement} />}
      {passages && <PassagesSection list={passages} />}
      {prompt && <MessagesSection title="Prompt" messages={prompt} />}
      {completion && <MessagesSection title="Completion" messages={completion} />}
      {tokens && <TokensSection tokens={tokens} />}
    </>
  );
}

function AnswerSection({ answer }: { readonly answer: NonNullable<SpanContent["answer"]> }) {
  return (
    <section>
      <h3>
        Answer
        <CopyButton text={answer.text} what="the answer" />
      </h3>
      <p className="gantt-prose">
        <BoundedText text={answer.text} className="gantt-said" />
      </p>
      <p className="gantt-hint">
        {[
          answer.status,
          answer.confidence === undefined ? "" : `confidence ${percentText(answer.confidence)}`,
        ]
          .filter((part) => part !== "")
          .join(", ")
          .slice(0, 200)}
      </p>
    </section>
  );
}

function PlanSection({ plan }: { readonly plan: NonNullable<SpanContent["plan"]> }) {
  return (
    <section>
      <h3>
        Plan
        <CopyButton text={plan.text} what="the plan" />
      </h3>
      <p className="gantt-prose">
        <BoundedText text={plan.text} className="gantt-said" />
      </p>
      {plan.coverage !== undefined && (
        <p className="gantt-hint">It accounts for {percentText(plan.coverage)} of the question.</p>
      )}
      {plan.others.length > 0 && (
        <>
          <h4>Also considered</h4>
          <ul className="gantt-plain">
            {plan.others.slice(0, 20).map((other, index) => (
              <li key={index}>
                <BoundedText text={other} className="gantt-said" />
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

/** Rows and columns of a preview; the number left out is shown. */
const rowsShown = 20;
const columnsShown = 12;
const cellChars = 200;

function StatementSection({ statement }: { readonly statement: Statement }) {
  const { text, params, rows, rowCount } = statement;
  const lines = useMemo(() => sqlLines(text), [text]);
  return (
    <section>
      <h3>
        {/^\s*(?:select|with|insert|update|delete|create|alter|drop|truncate)\b/i.test(text)
          ? "SQL"
          : "Statement"}
        {rowCount !== undefined && <span className="gantt-soft">{formatQuantity(rowCount, "row")}</span>}
        <CopyButton text={text} what="the statement" />
      </h3>
      <pre className="gantt-code">
        <BoundedText text={lines} first={1_500} className="gantt-code-text" />
      </pre>
      {params.length > 0 && (
        <dl className="gantt-params">
          {params.slice(0, 50).map(([name, value], index) => (
            <div key={index}>
              <dt>{name.slice(0, 100)}</dt>
              <dd>
                <BoundedText text={value} first={200} />
              </dd>
            </div>
          ))}
        </dl>
      )}
      {rows && rows.cells.length > 0 && <RowsPreview rows={rows} rowCount={rowCount} />}
    </section>
  );
}

function RowsPreview({
  rows: { columns, cells },
  rowCount,
}: {
  readonly rows: NonNullable<Statement["rows"]>;
  readonly rowCount: number | undefined;
}) {
  const shown = cells.slice(0, rowsShown);
  const more = Math.max(rowCount ?? 0, cells.length) - shown.length;
  const moreColumns = columns.length - columnsShown;
  const notes = [
    more > 0 ? `${formatCount(more)} more ${more === 1 ? "row" : "rows"}` : "",
    moreColumns > 0 ? `${moreColumns} more ${moreColumns === 1 ? "column" : "columns"}` : "",
  ].filter((note) => note !== "");
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways has to be reached by keys */}
      <section className="gantt-rows" aria-label="Rows of the result" tabIndex={0}>
        <table>
          <thead>
            <tr>
              {columns.slice(0, columnsShown).map((column, index) => (
                <th key={index} scope="col">
                  {column.slice(0, cellChars)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((row, index) => (
              <tr key={index}>
                {row.slice(0, columnsShown).map((cell, column) => (
                  <td key={column} className={/^-?[\d.]+$/.test(cell) ? "gantt-number" : undefined}>
                    {cell.slice(0, cellChars)}
                    {cell.length > cellChars && "…"}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {notes.length > 0 && <p className="gantt-hint">{notes.join(", ")}</p>}
    </>
  );
}

const passagesShown = 30;

function PassagesSection({ list }: { readonly list: PassageList }) {
  const { searchedFor, fullScore, passages } = list;
  return (
    <section>
      <h3>
        Passages <span className="gantt-soft">{formatCount(passages.length)}</span>
      </h3>
      {searchedFor && (
        <p className="gantt-hint">
          Searched for <BoundedText text={searchedFor} first={300} />
        </p>
      )}
      <ol className="gantt-passages">
        {passages.slice(0, passagesShown).map((passage, index) => (
          <PassageItem key={index} passage={passage} fullScore={fullScore} />
        ))}
      </ol>
      {passages.length > passagesShown && (
        <p className="gantt-hint">{passages.length - passagesShown} more are in the attribute itself.</p>
      )}
    </section>
  );
}

function PassageItem({
  passage,
  fullScore,
}: {
  readonly passage: ListedPassage;
  readonly fullScore: number;
}) {
  const { id, document, heading, text, score } = passage;
  const share = score !== undefined && fullScore > 0 ? clamp(score / fullScore, 0, 1) : 0;
  return (
    <li>
      <div className="gantt-passage-head">
        <span className="gantt-passage-name">{(document || id || "(no name)").slice(0, 300)}</span>
        {score !== undefined && (
          <span className="gantt-score" title={`${score} of ${fullScore}`}>
            <svg width="44" height="6" viewBox="0 0 44 6" aria-hidden="true">
              <rect width="44" height="6" rx="1" className="gantt-meter-ground" />
              <rect width={44 * share} height="6" rx="1" className="gantt-meter-fill" />
            </svg>
            {score.toPrecision(3)}
          </span>
        )}
      </div>
      {heading && <div className="gantt-soft">{heading.slice(0, 300)}</div>}
      {text && (
        <p className="gantt-prose">
          <BoundedText text={text} first={280} className="gantt-said" />
        </p>
      )}
    </li>
  );
}

const messagesShown = 50;

function MessagesSection({
  title,
  messages,
}: {
  readonly title: string;
  readonly messages: readonly Message[];
}) {
  const whole = () => messages.map(({ role, text }) => (role ? `${role}: ${text}` : text)).join("\n\n");
  return (
    <section>
      <h3>
        {title}
        <CopyButton text={whole} what={`the ${title.toLowerCase()}`} />
      </h3>
      {messages.slice(0, messagesShown).map(({ role, text }, index) => (
        <div key={index} className="gantt-message">
          {role && <h4>{role.slice(0, 60)}</h4>}
          <BoundedText text={text} first={1_500} />
        </div>
      ))}
      {messages.length > messagesShown && (
        <p className="gantt-hint">{messages.length - messagesShown} more are in the attributes.</p>
      )}
    </section>
  );
}

function TokensSection({ tokens: { input, output, cached, total } }: { readonly tokens: Tokens }) {
  const parts: readonly (readonly [string, number | undefined])[] = [
    ["In", input],
    ["of these cached", cached],
    ["Out", output],
    ["Together", total],
  ];
  return (
    <section>
      <h3>Tokens</h3>
      <dl className="gantt-facts">
        {parts.map(([label, count]) =>
          count === undefined ? null : (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{formatCount(count)}</dd>
            </div>
          ),
        )}
      </dl>
    </section>
  );
}
