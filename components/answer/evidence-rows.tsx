import type { TableEvidence } from "@/lib/api/ask";
import { at } from "@/lib/base/checked";
import { formatQuantity } from "@/lib/base/count";

type Cell = TableEvidence["rows"][number][number];

/** The rows that a query gave: at most 100 of them, in a box that scrolls by itself. */
export function EvidenceRows({ evidence }: { readonly evidence: TableEvidence }) {
  const { columns, rows, row_count: rowCount, table } = evidence;
  if (rows.length === 0) return <p className="mt-3 text-muted text-sm">The query gave no rows.</p>;
  return (
    <div className="mt-3">
      <section
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        aria-label={`Rows from ${table}`}
        className="max-h-72 overflow-auto rounded-md border border-line"
      >
        <table className="w-full border-collapse text-[13px]">
          <thead className="sticky top-0 bg-panel">
            <tr>
              {columns.map(({ name, type }) => (
                <th
                  key={name}
                  scope="col"
                  title={type}
                  className={`whitespace-nowrap px-3 py-1.5 font-semibold shadow-[inset_0_-1px_var(--line)] ${isNumeric(type) ? "text-right" : "text-left"}`}
                >
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, i) => (
              <tr key={i} className="border-grid border-t first:border-t-0">
                {columns.map(({ name, type }, column) => (
                  <td
                    key={name}
                    className={`max-w-xs break-words px-3 py-1 align-top ${isNumeric(type) ? "whitespace-nowrap text-right" : ""}`}
                  >
                    <CellText cell={at(row, column)} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <p className="mt-1 text-[13px] text-muted">
        {rows.length < rowCount ? `The first ${rows.length} of ` : ""}
        {formatQuantity(rowCount, "row")}
      </p>
    </div>
  );
}

function CellText({ cell }: { readonly cell: Cell }) {
  if (cell === null) return <span className="text-muted">none</span>;
  return String(cell);
}

/** Whether values of a ClickHouse type line up at the right. 64-bit integers arrive as text: the type tells. */
function isNumeric(type: string): boolean {
  return /^(LowCardinality\()?(Nullable\()?(U?Int|B?Float|Decimal)/.test(type);
}
