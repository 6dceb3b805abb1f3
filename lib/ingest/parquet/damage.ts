import { Refusal } from "../refusal";

/** A refusal of a file whose bytes are not what the format says; `what` completes "The file is damaged: …". */
export function damaged(what: string): Refusal {
  return new Refusal(`The Parquet file is damaged: ${what}. Write it anew.`);
}

/** A column's name as reasons show it. */
export function quoted(name: string): string {
  const plain = name.replace(/\p{Cc}/gu, "?");
  return `“${plain.length > 60 ? `${plain.slice(0, 60)}…` : plain}”`;
}
