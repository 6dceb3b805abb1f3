import { Refusal } from "./refusal";

/** The formats that are read, by the ending of a file's name. */
const formats = {
  csv: "csv",
  tsv: "tsv",
  tab: "tsv",
  json: "json",
  ndjson: "ndjson",
  jsonl: "ndjson",
  parquet: "parquet",
  md: "markdown",
  markdown: "markdown",
  txt: "text",
} as const;

export type FileFormat = (typeof formats)[keyof typeof formats];

const maxNameChars = 200;
const packed = new Set(["gz", "zip", "zst", "bz2", "xz", "7z", "tar", "tgz", "rar"]);
const sheets = new Set(["xls", "xlsx", "ods", "numbers"]);
const papers = new Set(["pdf", "doc", "docx", "odt", "rtf", "html", "htm"]);
const formatList = "CSV, TSV, JSON, NDJSON, Parquet, Markdown and text (.txt)";

/** Throws a Refusal where a file's name is not a plain name. */
export function checkFileName(name: string): void {
  if (name.trim() === "") throw new Refusal("The file has no name. Give it one with an ending such as .csv.");
  if (/[/\\]/.test(name)) throw new Refusal("The name is a path. Send the file under its plain name.");
  // Direction marks can make a name look like another one.
  if (/[\p{Cc}\p{Cs}\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029\ufffd]/u.test(name)) {
    throw new Refusal("The name holds control characters or is not UTF-8. Rename the file.");
  }
  if (name.startsWith(".")) throw new Refusal("The file is a hidden one. Rename it if it is meant.");
  if (name.length > maxNameChars) {
    throw new Refusal(`The name is longer than ${maxNameChars} characters. Give the file a shorter one.`);
  }
}

function endingOf(name: string): string {
  const dot = name.lastIndexOf(".");
  return dot < 0 ? "" : name.slice(dot + 1).toLowerCase();
}

/** The format that a name stands for; throws a Refusal that says what is possible. */
export function formatOf(name: string): FileFormat {
  const ending = endingOf(name);
  if (Object.hasOwn(formats, ending)) return formats[ending as keyof typeof formats];
  if (packed.has(ending)) throw new Refusal("The file is compressed. Unpack it and send what is inside.");
  if (sheets.has(ending))
    throw new Refusal("Spreadsheets are not read. Save the sheet as CSV and send that.");
  if (papers.has(ending)) {
    throw new Refusal("This kind of document is not read. Save it as Markdown or text and send that.");
  }
  throw new Refusal(`Files of this kind are not read. Known are ${formatList}.`);
}

/**
 * The dataset that a file becomes: its name without the ending, in the letters that a dataset's name may
 * hold, at most 100 of them.
 */
export function datasetNameOf(fileName: string): string {
  const dot = fileName.lastIndexOf(".");
  const stem = (dot > 0 ? fileName.slice(0, dot) : fileName).normalize("NFC");
  const plain = stem
    .replace(/[^\p{L}\p{N}_ .-]+/gu, " ")
    .replace(/ +/g, " ")
    .replace(/^[ .-]+|[ .]+$/gu, "");
  const cut = [...plain].slice(0, 100).join("");
  // The limit counts UTF-16 units in some readers: stay below it in both.
  const name = (cut.length > 100 ? cut.slice(0, 99).replace(/[\ud800-\udbff]$/, "") : cut).trimEnd();
  if (name === "") throw new Refusal("The name holds no letter or digit. Rename the file.");
  return name;
}

/** Whether a name can be a dataset's; the same rule as the API's. */
export function isDatasetName(name: string): boolean {
  return /^[\p{L}\p{N}_][\p{L}\p{N}_ .-]{0,99}$/u.test(name);
}
