import { randomBytes } from "node:crypto";

const timeChars = 9;
const idPattern = /^[0-9a-z]{9}[0-9a-f]{12}$/;

/** An id of a dataset's version: the moment in base 36, then 48 random bits. It sorts by time. */
export function newDatasetId(nowMs: number): string {
  return nowMs.toString(36).padStart(timeChars, "0") + randomBytes(6).toString("hex");
}

/** When an id was made, in ms since the epoch; undefined for an id that is not ours. */
export function datasetIdTime(id: string): number | undefined {
  return idPattern.test(id) ? Number.parseInt(id.slice(0, timeChars), 36) : undefined;
}

const tablePrefix = "t_";

/** The physical table of a version. */
export function tableOfDataset(id: string): string {
  return tablePrefix + id;
}

/** Whether a name is that of some version's physical table. */
export function isTableOfDataset(name: string): boolean {
  return name.startsWith(tablePrefix) && idPattern.test(name.slice(tablePrefix.length));
}
