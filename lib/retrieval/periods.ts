import { at } from "@/lib/base/checked";
import { neighbourAt, type Question } from "./question";
import { matchSpoken, overlaps, parseNumber, spokenNumberPattern, type WordRange } from "./spoken";

/** A stretch of time that the question names. Days are YYYY-MM-DD; `from` included, `until` not. */
export interface Period extends WordRange {
  readonly start?: string;
  readonly end?: string;
  /** Months (1–12) or weekdays (1 Monday to 7) of any year, where no year is named. */
  readonly part?: "month" | "weekday";
  readonly values: readonly number[];
  /** The year alone, for tables that have years as numbers. */
  readonly year?: number;
  readonly words: string;
}

interface Span {
  readonly start: string;
  readonly end: string;
  readonly year?: number;
}

const months = [
  "jan(?:uary)?",
  "feb(?:ruary)?",
  "mar(?:ch)?",
  "apr(?:il)?",
  "may",
  "june?",
  "july?",
  "aug(?:ust)?",
  "sep(?:t(?:ember)?)?",
  "oct(?:ober)?",
  "nov(?:ember)?",
  "dec(?:ember)?",
];
const weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const monthPattern = `(${months.join("|")})`;
const yearPattern = "((?:1[5-9]|20)\\d\\d)";
const quarterWords = [
  ["first", "1st"],
  ["second", "2nd"],
  ["third", "3rd"],
  ["fourth", "4th", "last"],
];
/** Each three months from that of its number times three. */
const seasons = ["spring", "summer", "autumn", "winter"];

const dayMs = 86_400_000;

function utc(year: number, month: number, day = 1): Date {
  return new Date(Date.UTC(year, month - 1, day));
}

function written(date: Date): string {
  return date.toISOString().slice(0, 10);
}

function span(start: Date, end: Date, year?: number): Span {
  return { start: written(start), end: written(end), ...(year === undefined ? {} : { year }) };
}

function monthsFrom(year: number, month: number, count: number): Span {
  return span(utc(year, month), utc(year, month + count));
}

function monthNumber(name: string): number {
  return months.findIndex((pattern) => new RegExp(`^${pattern}$`).test(name)) + 1;
}

function quarterNumber(word: string): number {
  return quarterWords.findIndex((words) => words.includes(word)) + 1;
}

/** The month that a season begins with. */
function seasonMonth(name: string): number {
  return 3 * (seasons.indexOf(name) + 1);
}

function addDays(date: Date, days: number): Date {
  return new Date(date.getTime() + days * dayMs);
}

type Reader = readonly [pattern: string, read: (groups: readonly string[], today: Date) => Span | undefined];

// Longest first: a stretch of words that one has read is closed to those after it.
const readers: readonly Reader[] = [
  [
    `${yearPattern} (0[1-9]|1[0-2]) (0[1-9]|[12]\\d|3[01])`,
    ([y, m, d]) => day(Number(y), Number(m), Number(d)),
  ],
  [
    `(\\d{1,2})(?:st|nd|rd|th)?(?: of)? ${monthPattern} ${yearPattern}`,
    ([d, m, y]) => day(Number(y), monthNumber(m ?? ""), Number(d)),
  ],
  [
    `${monthPattern} (?:the )?(\\d{1,2})(?:st|nd|rd|th)? ${yearPattern}`,
    ([m, d, y]) => day(Number(y), monthNumber(m ?? ""), Number(d)),
  ],
  [`${monthPattern}(?: of| in)? ${yearPattern}`, ([m, y]) => monthsFrom(Number(y), monthNumber(m ?? ""), 1)],
  [`${yearPattern} (0[1-9]|1[0-2])`, ([y, m]) => monthsFrom(Number(y), Number(m), 1)],
  [
    `(?:the )?(?:q([1-4])|(first|second|third|fourth|last|1st|2nd|3rd|4th) quarter)(?: of| in)? ${yearPattern}`,
    ([q, word, y]) => quarter(Number(y), q ? Number(q) : quarterNumber(word ?? "")),
  ],
  [`${yearPattern} q([1-4])`, ([y, q]) => quarter(Number(y), Number(q))],
  [
    `(?:the )?(first|second) half(?: of| in)? ${yearPattern}`,
    ([half, y]) => monthsFrom(Number(y), half === "first" ? 1 : 7, 6),
  ],
  [
    `(spring|summer|autumn|winter)(?: of| in)? ${yearPattern}`,
    ([season, y]) => monthsFrom(Number(y), seasonMonth(season ?? ""), 3),
  ],
  [`(?:the year )?${yearPattern}`, ([y]) => span(utc(Number(y), 1), utc(Number(y) + 1, 1), Number(y))],
  [
    "(today|yesterday)",
    ([word], today) => {
      const start = word === "today" ? today : addDays(today, -1);
      return span(start, addDays(start, 1));
    },
  ],
  [
    // "The last year that …" is an end of an order.
    "(?<!the )(this|last|previous|past) (week|month|quarter|year)(?! (?:where|that|when|in|of|on)\\b)",
    ([which, unit], today) => whole(unit ?? "", which === "this" ? 0 : -1, today),
  ],
  [
    `(?:the )?(?:last|past|previous) (${spokenNumberPattern}) (day|week|month|year)s`,
    ([count, unit], today) => lately(parseNumber(count ?? "1"), unit ?? "", today),
  ],
  [
    `last (${weekdays.join("|")})`,
    ([name], today) => {
      const back = (isoWeekday(today) - (weekdays.indexOf(name ?? "") + 1) + 7) % 7 || 7;
      return span(addDays(today, -back), addDays(today, 1 - back));
    },
  ],
  [
    `last ${monthPattern}(?! ${yearPattern})`,
    ([name], today) => {
      const month = monthNumber(name ?? "");
      // This month is not over, so "last" means that of the year before.
      return monthsFrom(today.getUTCFullYear() - (month > today.getUTCMonth() ? 1 : 0), month, 1);
    },
  ],
];

function day(year: number, month: number, dayOfMonth: number): Span | undefined {
  const date = utc(year, month, dayOfMonth);
  // 31 February does not exist.
  return date.getUTCDate() === dayOfMonth ? span(date, addDays(date, 1)) : undefined;
}

function quarter(year: number, number: number): Span {
  return monthsFrom(year, number * 3 - 2, 3);
}

function isoWeekday(date: Date): number {
  return date.getUTCDay() || 7;
}

function whole(unit: string, step: number, today: Date): Span {
  const year = today.getUTCFullYear();
  const month = today.getUTCMonth() + 1;
  if (unit === "year") return span(utc(year + step, 1), utc(year + step + 1, 1), year + step);
  if (unit === "quarter") return monthsFrom(year, (Math.ceil(month / 3) + step) * 3 - 2, 3);
  if (unit === "month") return monthsFrom(year, month + step, 1);
  const monday = addDays(today, 1 - isoWeekday(today) + 7 * step);
  return span(monday, addDays(monday, 7));
}

function lately(count: number, unit: string, today: Date): Span | undefined {
  if (!(count >= 1 && count <= 1_000)) return undefined;
  const end = addDays(today, 1);
  if (unit === "day" || unit === "week") return span(addDays(end, -count * (unit === "week" ? 7 : 1)), end);
  const back = unit === "year" ? count * 12 : count;
  return span(utc(end.getUTCFullYear(), end.getUTCMonth() + 1 - back, end.getUTCDate()), end);
}

/** Every stretch of time that the question names, in order; `today` gives "last month" its meaning. */
export function readPeriods(question: Question, now: Date): Period[] {
  const today = utc(now.getFullYear(), now.getMonth() + 1, now.getDate());
  const taken: (WordRange & { span: Span })[] = [];
  for (const [pattern, read] of readers) {
    for (const match of matchSpoken(question, new RegExp(`\\b${pattern}\\b`, "g"))) {
      if (taken.some((other) => overlaps(other, match))) continue;
      const found = read(match.groups, today);
      if (found) taken.push({ from: match.from, until: match.until, span: found });
    }
  }
  taken.sort((a, b) => a.from - b.from);
  const dated = joinBounds(question, taken);
  return [...dated, ...recurring(question, dated)].sort((a, b) => a.from - b.from);
}

/** "between X and Y", "from X to Y", "before X", "after X", "since X", "until X". */
function joinBounds(question: Question, taken: readonly (WordRange & { span: Span })[]): Period[] {
  const periods: Period[] = [];
  const say = (from: number, until: number) =>
    question.words
      .slice(from, until)
      .map(({ text }) => text)
      .join(" ");
  for (let index = 0; index < taken.length; index++) {
    const one = at(taken, index);
    const next = taken[index + 1];
    const before = neighbourAt(question, one.from - 1);
    const between = next && next.from === one.until + 1 ? neighbourAt(question, one.until) : "";
    if (
      next &&
      ((before === "between" && between === "and") ||
        (/^(?:from|between)?$/.test(before) && /^(?:to|until|till|through)$/.test(between)) ||
        (before === "from" && /^(?:to|until|till|through)$/.test(between)))
    ) {
      // "2019 to 2021" may begin the question.
      const from = before === "" ? one.from : one.from - 1;
      periods.push({
        from,
        until: next.until,
        start: one.span.start,
        end: next.span.end,
        values: [],
        words: say(from, next.until),
      });
      index++;
      continue;
    }
    const bound =
      before === "before" ||
      (before === "than" && /^(?:older|earlier)$/.test(neighbourAt(question, one.from - 2)))
        ? { end: one.span.start }
        : before === "after" ||
            (before === "than" && /^(?:newer|later)$/.test(neighbourAt(question, one.from - 2)))
          ? { start: one.span.end }
          : before === "since" ||
              (before === "from" && /^(?:on|onwards?)$/.test(neighbourAt(question, one.until)))
            ? { start: one.span.start }
            : before === "until" ||
                before === "till" ||
                (before === "to" && neighbourAt(question, one.from - 2) === "up")
              ? { end: one.span.end }
              : undefined;
    const from = bound ? one.from - 1 : one.from;
    const year = bound || one.span.year === undefined ? {} : { year: one.span.year };
    periods.push({
      from,
      until: one.until,
      ...(bound ?? { start: one.span.start, end: one.span.end }),
      ...year,
      values: [],
      words: say(from, one.until),
    });
  }
  return periods;
}

/** Months, seasons and weekdays of any year: "in March", "on Sundays", "at weekends". */
function recurring(question: Question, dated: readonly Period[]): Period[] {
  const found: Period[] = [];
  const add = (pattern: string, part: "month" | "weekday", read: (groups: readonly string[]) => number[]) => {
    for (const match of matchSpoken(question, new RegExp(`\\b${pattern}\\b`, "g"))) {
      if ([...dated, ...found].some((other) => overlaps(other, match))) continue;
      found.push({
        from: match.from,
        until: match.until,
        part,
        values: read(match.groups),
        words: match.text,
      });
    }
  };
  add(`(?:in|during|every|each|of|since) ${monthPattern}`, "month", ([name]) => [monthNumber(name ?? "")]);
  add("(?:in|during|over)(?: the)? (spring|summer|autumn|winter)", "month", ([name]) =>
    [0, 1, 2].map((step) => ((seasonMonth(name ?? "") + step - 1) % 12) + 1),
  );
  add(`(?:on )?(${weekdays.join("|")})s`, "weekday", ([name]) => [weekdays.indexOf(name ?? "") + 1]);
  add(`on (?:a )?(${weekdays.join("|")})`, "weekday", ([name]) => [weekdays.indexOf(name ?? "") + 1]);
  add("(?:at |on )?(?:the )?weekends?", "weekday", () => [6, 7]);
  add("(?:on )?weekdays", "weekday", () => [1, 2, 3, 4, 5]);
  return found;
}
