import type { Cell } from "../ports";
import type { ColumnView } from "./describe-table";

const numbers = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });
/** Two decimals of 0.175 would be a third of what it says. */
const fractions = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });

const money = new Intl.NumberFormat("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** "1,234.5": thousands apart, two decimals at most; below 1, three significant digits. */
export function formatNumber(value: number): string {
  return (Math.abs(value) < 1 ? fractions : numbers).format(value);
}

const longDate = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "long",
  year: "numeric",
  timeZone: "UTC",
});
const weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const shortDate = new Intl.DateTimeFormat("en-GB", { month: "long", year: "numeric", timeZone: "UTC" });

/** A cell as a person reads it: numbers with their unit, dates in words, booleans as yes and no. */
export function formatCell(cell: Cell, view: ColumnView | undefined, part?: string): string {
  if (cell === null || cell === "") return "unknown";
  if (typeof cell === "boolean") return cell ? "yes" : "no";
  if (part !== undefined) return formatPart(cell, part);
  const type = view?.column.type;
  if (type === "boolean") return /^(?:1|true)$/.test(String(cell)) ? "yes" : "no";
  if (type === "date" || type === "datetime") return formatDate(String(cell));
  const isNumber =
    typeof cell === "number" || ((type === "integer" || type === "number") && Number.isFinite(Number(cell)));
  if (!isNumber) return String(cell);
  if (view?.isLabel) return String(cell);
  return formatMeasured(Number(cell), view);
}

/** A number with the unit of the column that it was measured from. */
export function formatMeasured(value: number, view: ColumnView | undefined): string {
  const unit = view?.unit?.symbol;
  if (unit === undefined) return formatNumber(value);
  const isMoney = /^[A-Z]{3}$/.test(unit) && !Number.isInteger(value) && Math.abs(value) >= 1;
  return `${isMoney ? money.format(value) : formatNumber(value)} ${unit}`;
}

function formatDate(written: string): string {
  const time = Date.parse(/^\d{4}-\d\d-\d\d/.test(written) ? `${written.slice(0, 10)}T00:00:00Z` : written);
  if (Number.isNaN(time)) return written;
  const clock = /^\d{4}-\d\d-\d\d[ T](\d\d:\d\d)/.exec(written)?.[1];
  return `${longDate.format(time)}${clock && clock !== "00:00" ? `, ${clock}` : ""}`;
}

function formatPart(cell: Cell, part: string): string {
  const text = String(cell);
  if (part === "weekday") return weekdays[Number(text) - 1] ?? text;
  if (part === "hour") return `${text.padStart(2, "0")}:00`;
  if (part === "day") return formatDate(text);
  if (part === "month" && /^\d{4}-\d\d$/.test(text))
    return shortDate.format(Date.parse(`${text}-01T00:00:00Z`));
  return text;
}

const unitSuffix = /[\s_(]+(?:eur|usd|gbp|km|mi|m|cm|mm|mins?|hrs?|secs?|ms|kg|g|pct|kwh|kw|kmh|mb|gb)\)?$/i;

// Behind one of these a unit's word is its unit ("duration days"); elsewhere it is what is counted ("valid days").
const measuredNoun =
  /^(.*(?:duration|length|distance|age|weight|time|delay|height|width|depth|elevation|price|cost|fee|fare|amount|salary|speed|size))[\s_](?:days|hours|minutes|seconds|weeks|months|years|metres|meters|kilometres|kilometers|miles|euros|dollars|pounds|percent)$/i;

/** A column's or table's name as words, without the sign of its unit: "distance_km" → "distance". */
export function columnLabel(name: string): string {
  const words = name
    .replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2")
    .replace(/[_\s]+/g, " ")
    .trim();
  const plain = measuredNoun.exec(words)?.[1] ?? (words.replace(unitSuffix, "").trim() || words);
  return plain === plain.toUpperCase() ? plain : plain.toLowerCase();
}

export function pluralOf(label: string): string {
  if (/(?:s|data)$/.test(label)) return label;
  if (/(?:x|z|ch|sh)$/.test(label)) return `${label}es`;
  if (/[^aeiou]y$/.test(label)) return `${label.slice(0, -1)}ies`;
  return `${label}s`;
}

export function singularOf(label: string): string {
  if (/ies$/.test(label)) return `${label.slice(0, -3)}y`;
  if (/(?:ss|x|z|ch|sh)es$/.test(label)) return label.slice(0, -2);
  return /[^s]s$/.test(label) ? label.slice(0, -1) : label;
}

const listedAtMost = 10;

/** "A, B and C", or "A, B, … and 7 more" where there are over ten. */
export function listValues(values: readonly string[], total = values.length): string {
  const shown = values.slice(0, listedAtMost);
  const more = total - shown.length;
  if (more > 0) return `${shown.join(", ")} and ${formatNumber(more)} more`;
  return shown.length < 2 ? shown.join("") : `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}`;
}
