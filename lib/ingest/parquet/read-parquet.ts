import { parquetSchema, type RowGroup } from "hyparquet";
import { at } from "@/lib/base/checked";
import type { JobContext } from "@/lib/workers/job";
import { Refusal } from "../refusal";
import { type ColumnRows, flatRows, nestedRows } from "./column-rows";
import { damaged } from "./damage";
import { type Footer, type ParquetLimits, readFooter } from "./footer";
import { type Field, readFields } from "./leaf";
import { nativeBlock } from "./native-block";
import { type ColumnChunk, leafValues } from "./pages";
import { databaseType, findStorage, type Storage } from "./storage";

export interface ParquetPlan {
  readonly rows: number;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** For each column how each of its leaves is stored. */
  readonly storages: readonly (readonly Storage[])[];
}

/** Of a block, where its texts are not longer than this: a page is unpacked at a time in any case. */
const blockRows = 8_192;
const blockBytesOfColumn = 4 * 1024 * 1024;
const blockBytes = 16 * 1024 * 1024;

/** Checks a file and finds for each column what holds all of its values exactly. */
export async function planParquet(limits: ParquetLimits, context: JobContext<never>): Promise<ParquetPlan> {
  const footer = await context.span("parse.footer", () => readFooter(context.bytes, limits));
  const fields = fieldsOf(footer);
  const storages = await context.span("parse.plan", () =>
    fields.map((field) =>
      field.leaves.map((leaf) => {
        const finder = findStorage(leaf, limits.maxRowBytes);
        if (!finder.isCurious) return finder.found();
        for (const group of footer.metadata.row_groups) {
          for (const values of leafValues(chunkOf(context, footer, group, leaf))) finder.look(values);
        }
        return finder.found();
      }),
    ),
  );
  const columns = fields.map(({ tree, isFlat }, index) => {
    const [first] = at(storages, index);
    return { name: tree.element.name, type: isFlat && first ? databaseType(first) : "Nullable(String)" };
  });
  return { rows: footer.rows, columns, storages };
}

/** Writes all rows in ClickHouse's Native format; emits the number of rows so far. */
export async function writeParquetRows(
  { plan, limits }: { readonly plan: Pick<ParquetPlan, "storages">; readonly limits: ParquetLimits },
  context: JobContext<number>,
): Promise<{ readonly rows: number }> {
  const footer = await context.span("parse.footer", () => readFooter(context.bytes, limits));
  const fields = fieldsOf(footer);
  let rows = 0;
  await context.span("parse.rows", async (span) => {
    for (const group of footer.metadata.row_groups) {
      const columns = fields.map((field, index) =>
        openRows(field, at(plan.storages, index), group, footer, limits, context),
      );
      for (let left = Number(group.num_rows); left > 0; ) {
        const taken = takeBlock(columns, left, context);
        left -= taken;
        rows += taken;
      }
      await context.emit(rows);
    }
    span.set("rows", rows);
  });
  return { rows };
}

function takeBlock(columns: readonly ColumnRows[], left: number, { write }: JobContext<number>): number {
  let rows = Math.min(blockRows, left);
  const bytes = Math.min(blockBytesOfColumn, Math.floor(blockBytes / columns.length));
  for (const column of columns) rows = Math.min(rows, column.ready(rows, bytes));
  const block = columns.map((column) => column.take(rows));
  write(Buffer.concat([...nativeBlock(rows, block)]));
  return rows;
}

function openRows(
  field: Field,
  storages: readonly Storage[],
  group: RowGroup,
  footer: Footer,
  limits: ParquetLimits,
  context: JobContext<number>,
): ColumnRows {
  const chunks = field.leaves.map((leaf) => chunkOf(context, footer, group, leaf));
  const [leaf, chunk, storage] = [field.leaves[0], chunks[0], storages[0]];
  if (!leaf || !chunk || !storage) throw new Error("Every column has a leaf.");
  return field.isFlat
    ? flatRows(field, leaf, storage, chunk)
    : nestedRows(field, storages, chunks, limits.maxRowBytes);
}

function fieldsOf({ metadata, fields }: Footer): Field[] {
  const read = readFields(fields, parquetSchema(metadata));
  const empty = read.find(({ leaves }) => leaves.length === 0);
  if (empty) throw new Refusal("A column of the table holds nothing. Leave it out.");
  for (const { columns } of metadata.row_groups) {
    for (const { leaves } of read) {
      for (const { index, path } of leaves) {
        const written = columns[index]?.meta_data;
        const isSame =
          written?.type === path.at(-1)?.element.type &&
          written?.path_in_schema.join(".") === path.at(-1)?.path.join(".");
        if (!isSame) throw damaged("the columns of a row group are not those of the table");
      }
    }
  }
  return read;
}

function chunkOf(
  { bytes }: Pick<JobContext<never>, "bytes">,
  { dataEnd }: Footer,
  group: RowGroup,
  leaf: ColumnChunk["leaf"],
): ColumnChunk {
  return { bytes, leaf, group, dataEnd };
}
