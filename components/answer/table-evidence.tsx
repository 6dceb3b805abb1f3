import type { TableEvidence } from "@/lib/api/ask";
import { EvidenceRows } from "./evidence-rows";
import { SourceHeading } from "./source-heading";

/** What a table said: the query in words, its rows, and the SQL with the values that were bound. */
export function TableSource({ evidence }: { readonly evidence: TableEvidence }) {
  const { table, query, question_words: words, sql, params } = evidence;
  const bound = Object.entries(params);
  return (
    <article>
      <SourceHeading icon="table" work="tables" name={table} kind="table" />
      <p className="mt-1.5 text-[15px]">{query}</p>
      {words.length > 0 ? (
        <p className="mt-1 text-[13px] text-muted">From the words: {words.join(", ")}</p>
      ) : null}
      <EvidenceRows evidence={evidence} />
      <details className="group mt-2">
        <summary className="w-fit text-[13px] text-accent">SQL</summary>
        <pre className="mt-1 max-h-64 overflow-auto whitespace-pre-wrap break-words rounded-md border border-line bg-panel p-3 font-mono text-xs leading-relaxed">
          {sql}
        </pre>
        {bound.length > 0 ? (
          <dl className="mt-1 grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 px-3 font-mono text-xs leading-relaxed">
            {bound.map(([name, value]) => (
              <div key={name} className="contents">
                <dt className="text-muted">{name}</dt>
                <dd className="break-words">{JSON.stringify(value)}</dd>
              </div>
            ))}
          </dl>
        ) : null}
      </details>
    </article>
  );
}
