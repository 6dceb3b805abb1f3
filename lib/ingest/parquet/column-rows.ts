import type { DecodedArray } from "hyparquet";
import { assembleLists, assembleNested } from "hyparquet/src/assemble.js";
import { formatBytes } from "@/lib/base/bytes";
import { at } from "@/lib/base/checked";
import { Refusal } from "../refusal";
import { damaged, quoted } from "./damage";
import type { Field, Leaf } from "./leaf";
import { LeafLevels } from "./leaf-levels";
import { type BlockColumn, type Encoding, encodingOf, TextColumn } from "./native-block";
import { type ColumnChunk, type LeafPage, leafPages, nameOf } from "./pages";
import { databaseType, type Storage } from "./storage";
import { jsonOf, toJson } from "./words";

/** A column's rows within a row group, from the first to the last, as they are encoded. */
export interface ColumnRows {
  /** Upper bound on the rows that can be taken at once; at least one while any are left. */
  ready(maxRows: number, mostBytes: number): number;
  take(rows: number): BlockColumn;
}

/** The rows of a column whose values are single ones. A block of them does not reach beyond a page. */
export function flatRows(field: Field, leaf: Leaf, storage: Storage, chunk: ColumnChunk): ColumnRows {
  const pages = leafPages(chunk);
  const encoding = encodingOf(leaf, storage);
  const { name } = field.tree.element;
  const type = databaseType(storage);
  let page: LeafPage | undefined;
  let row = 0;
  let value = 0;

  const isPresent = (from: LeafPage, at: number) =>
    from.definition === undefined || from.definition[at] === leaf.maxDefinition;

  function current(): LeafPage {
    while (!page || row >= page.count) {
      const next = pages.next();
      if (next.done) throw damaged(`the column ${nameOf(leaf)} has too few values`);
      page = next.value;
      row = 0;
      value = 0;
    }
    return page;
  }

  return {
    ready(maxRows, mostBytes) {
      const from = current();
      const rows = Math.min(maxRows, from.count - row);
      if (!("bytesOf" in encoding)) return rows;
      let bytes = 0;
      let at = value;
      for (let ahead = 0; ahead < rows; ahead++) {
        if (isPresent(from, row + ahead)) bytes += encoding.bytesOf(from.values[at++] as never);
        if (bytes > mostBytes) return Math.max(1, ahead);
      }
      return rows;
    },
    take(rows) {
      const from = current();
      const nulls = new Uint8Array(rows);
      let present = rows;
      if (from.definition) {
        for (let at = 0; at < rows; at++) {
          if (from.definition[row + at] === leaf.maxDefinition) continue;
          nulls[at] = 1;
          present--;
        }
      }
      const data = encode(encoding, from.values, value, nulls);
      value += present;
      row += rows;
      return { name, type, nulls, data };
    },
  };
}

function encode(encoding: Encoding, values: DecodedArray, first: number, nulls: Uint8Array): Uint8Array {
  let next = first;
  if ("width" in encoding) {
    const { width, write } = encoding;
    const bytes = new Uint8Array(nulls.length * width);
    if (encoding.isSame && ArrayBuffer.isView(values) && values.BYTES_PER_ELEMENT === width) {
      copyPresent(bytes, new Uint8Array(values.buffer, values.byteOffset), first, nulls, width);
      return bytes;
    }
    const view = new DataView(bytes.buffer);
    for (let at = 0; at < nulls.length; at++) {
      if (nulls[at] === 0) write(view, at * width, values[next++] as never);
    }
    return bytes;
  }
  const texts = new TextColumn();
  for (let at = 0; at < nulls.length; at++) {
    texts.add(nulls[at] === 0 ? encoding.textOf(values[next++] as never) : "");
  }
  return texts.take();
}

/** Copies values that stay as they are, a run between two nulls at a time. */
function copyPresent(
  to: Uint8Array,
  from: Uint8Array,
  first: number,
  nulls: Uint8Array,
  width: number,
): void {
  let value = first;
  for (let at = 0; at < nulls.length; ) {
    const isNull = nulls[at] === 1;
    const found = nulls.indexOf(isNull ? 0 : 1, at);
    const end = found < 0 ? nulls.length : found;
    if (!isNull) {
      to.set(from.subarray(value * width, (value + end - at) * width), at * width);
      value += end - at;
    }
    at = end;
  }
}

/** Rows that are put together at once. */
const rowsAtOnce = 512;

/** The rows of a column that is a tree: each becomes a JSON text. */
export function nestedRows(
  field: Field,
  storages: readonly Storage[],
  chunks: readonly ColumnChunk[],
  maxValueBytes: number,
): ColumnRows {
  const { name } = field.tree.element;
  const leaves = field.leaves.map((leaf, index) => {
    const [chunk, storage] = [chunks[index], storages[index]];
    if (!chunk || !storage) throw new Error("Each leaf has its chunk and its storage.");
    return { leaf, levels: new LeafLevels(leaf, chunk), convert: jsonOf(leaf, storage) };
  });
  let texts: (string | null)[] = [];

  function fill(maxRows: number): void {
    const columns = new Map<string, unknown[]>();
    for (const { leaf, levels, convert } of leaves) {
      const { definition, repetition, values } = levels.take(Math.min(maxRows, rowsAtOnce));
      const converted = Array.from(values, (value) => convert(value as never));
      const path = [...leaf.path];
      columns.set(
        path.at(-1)?.path.join(".") ?? "",
        assembleLists([], definition, repetition, converted, path) as unknown[],
      );
    }
    assembleNested(columns, field.tree, {} as never);
    texts = (columns.get(name) ?? []).map((value) => {
      if (value === null || value === undefined) return null;
      const json = toJson(value);
      if (json.length <= maxValueBytes) return json;
      throw new Refusal(
        `A value of the column ${quoted(name)} is longer than ${formatBytes(maxValueBytes)}. Leave it out.`,
      );
    });
  }

  return {
    ready(maxRows, mostBytes) {
      if (texts.length === 0) fill(maxRows);
      const rows = Math.min(maxRows, texts.length);
      let bytes = 0;
      for (let ahead = 0; ahead < rows; ahead++) {
        const text = at(texts, ahead);
        if (text !== null) bytes += text.length;
        if (bytes > mostBytes) return Math.max(1, ahead);
      }
      return rows;
    },
    take(rows) {
      const taken = texts.splice(0, rows);
      const column = new TextColumn();
      for (const text of taken) column.add(text ?? "");
      return {
        name,
        type: "Nullable(String)",
        nulls: Uint8Array.from(taken, (text) => (text === null ? 1 : 0)),
        data: column.take(),
      };
    },
  };
}
