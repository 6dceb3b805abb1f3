import { Random, seedOf } from "../random";
import { type Cells, type Expected, endings, type Seed, seedsOfEach } from "./seed";
import { someText } from "./words";

/** A table and the three text formats that it can be written in. */
type Kind = "int" | "float" | "text" | "code" | "bool" | "date" | "datetime" | "nested";

const textKinds = ["int", "float", "text", "code", "bool", "date", "datetime"] as const;
const jsonKinds = [...textKinds, "nested"] as const;

interface Table {
  readonly kinds: readonly Kind[];
  readonly columns: readonly string[];
  readonly rows: readonly Cells[];
}

function makeTable(random: Random, possible: readonly Kind[]): Table {
  const width = random.between(1, 9);
  const kinds = Array.from({ length: width }, () => random.pick(possible));
  const columns = kinds.map((kind, at) => random.pick([`${kind}_${at}`, `${kind} no. ${at}`, `größe ${at}`]));
  const rows = Array.from({ length: random.between(1, 60) }, (_, row) =>
    // The first row is whole: a column has to hold something for its type to be found.
    kinds.map((kind) => (row > 0 && random.chance(0.08) ? null : makeCell(random, kind))),
  );
  // A row of nothing but empty cells is an empty line where there is one column.
  return { kinds, columns, rows: rows.filter((row) => row.some((cell) => cell !== null)) };
}

function makeCell(random: Random, kind: Kind): string {
  const two = (least: number, most: number) => String(random.between(least, most)).padStart(2, "0");
  const date = () => `${random.between(1971, 2099)}-${two(1, 12)}-${two(1, 28)}`;
  switch (kind) {
    case "int":
      return String(random.pick([0, 1, -1, random.between(-1e6, 1e6), random.between(0, 2 ** 53 - 1)]));
    case "float":
      return String(random.between(-4_000, 4_000) + random.pick([0.5, 0.25, 0.125]));
    case "text":
      return random.chance(0.3) ? `${someText(random)}, "${someText(random)}"` : someText(random);
    case "code":
      return `0${random.between(10, 99_999)}`;
    case "bool":
      return random.pick(["true", "false"]);
    case "date":
      return date();
    case "datetime":
      return `${date()} ${two(0, 23)}:${two(0, 59)}:${two(1, 59)}`;
    case "nested":
      return JSON.stringify({ list: [random.below(9), random.below(9)], of: someText(random) });
  }
}

function toCsv(random: Random, { columns, rows }: Table): string {
  const delimiter = random.pick([",", ",", ";"]);
  const end = random.pick(["\n", "\r\n"]);
  const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const field = (cell: string | null) => {
    if (cell === null) return "";
    return /[",;\n]/.test(cell) || random.chance(0.1) ? quote(cell) : cell;
  };
  const lines = [columns.map(quote), ...rows.map((row) => row.map(field))];
  const text = lines.map((fields) => fields.join(delimiter)).join(end);
  return random.chance(0.8) ? text + end : text;
}

function toObjects({ kinds, columns, rows }: Table): string[] {
  const value = (cell: string, kind: Kind | undefined) =>
    kind === "int" || kind === "float" || kind === "bool" || kind === "nested" ? cell : JSON.stringify(cell);
  return rows.map((row) => {
    const members = row.flatMap((cell, at) =>
      cell === null && at % 2 === 0
        ? []
        : [`${JSON.stringify(columns[at])}: ${cell === null ? "null" : value(cell, kinds[at])}`],
    );
    return `{${members.join(", ")}}`;
  });
}

function expectedOf({ columns, rows }: Table): Expected {
  return { kind: "rows", columns, rows };
}

export function tableSeeds(format: "csv" | "json" | "ndjson", seed: number): Seed[] {
  return Array.from({ length: seedsOfEach }, (_, index): Seed => {
    const random = new Random(seedOf("seed", format, seed, index));
    const table = makeTable(random, format === "csv" ? textKinds : jsonKinds);
    const text =
      format === "csv"
        ? toCsv(random, table)
        : format === "json"
          ? `[${toObjects(table).join(random.pick([",", ",\n", ",\n  "]))}]`
          : toObjects(table).join("\n");
    const name = `${format} seed ${index}.${endings[format]}`;
    return { format, name, bytes: new TextEncoder().encode(text), expected: expectedOf(table) };
  });
}
