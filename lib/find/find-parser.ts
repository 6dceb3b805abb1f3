import { at } from "@/lib/base/checked";
import {
  type AskedTerm,
  type Comparison,
  type FindQuery,
  type FindTerm,
  numberOfText,
  type SpanFlag,
  spanFlags,
  type TextField,
  type TextTest,
  type TimeField,
  textFields,
  textHolds,
  textIs,
  textMatches,
  timeFields,
} from "@/lib/find/find-terms";
import { BadRegex } from "@/lib/find/regex-syntax";
import { workKinds } from "@/lib/trace/names";
import { spanKinds, statusCodes } from "@/lib/trace/span";

/** The text is not a query; the message says in one line what is wrong and what to do. */
export class BadFind extends Error {
  override readonly name = "BadFind";
}

/** More than people write; each is a pass over all spans, and some a request. */
const maxTerms = 20;

/** Keys that name a field of every span; an attribute of such a name is asked for in quotes: "name"=x. */
export const fieldNames: readonly string[] = [...textFields, ...timeFields, "path", "event"];

/** A text as it was written: its pieces around wildcards, with `\` before a character that means itself. */
interface Written {
  readonly pieces: readonly string[];
  readonly quoted: boolean;
}

const joined = ({ pieces }: Written) => pieces.join("*");

/** Reads the language of the find box (find-query) from left to right. */
export class FindParser {
  private at = 0;

  constructor(private readonly text: string) {}

  // Characters are read with charAt: behind the end there is "", which no test below takes for anything.
  parse(): FindQuery {
    const any: AskedTerm[][] = [];
    let all: AskedTerm[] = [];
    let count = 0;
    for (this.skipSpace(); this.at < this.text.length; this.skipSpace()) {
      if (/^or(\s|$)/i.test(this.text.slice(this.at, this.at + 3))) {
        this.at += 2;
        if (all.length > 0) any.push(all);
        all = [];
        continue;
      }
      const term = this.asked();
      if (!term) continue;
      if (++count > maxTerms) throw new BadFind(`Ask for ${maxTerms} things at once at most.`);
      all.push(term);
    }
    if (all.length > 0) any.push(all);
    return { any };
  }

  private skipSpace(): void {
    while (/\s/.test(this.text.charAt(this.at))) this.at++;
  }

  private asked(): AskedTerm | undefined {
    const negated = this.text[this.at] === "-";
    if (negated) this.at++;
    // A minus that nothing follows yet.
    if (this.at >= this.text.length || /\s/.test(this.text.charAt(this.at))) return undefined;
    const from = this.at;
    const term = this.term();
    const source = this.text.slice(from, this.at);
    return { negated, term: "source" in term ? { ...term, source } : term };
  }

  private term(): FindTerm {
    const regex = this.regex();
    if (regex) return { kind: "text", test: regex, source: "" };
    if (/[=<>]/.test(this.text.charAt(this.at)) || this.text.startsWith("!=", this.at)) {
      throw new BadFind("Write the key, the sign and the value without spaces between: duration>50ms");
    }
    const key = this.written((at) => /[\s=<>"]/.test(this.text.charAt(at)) || this.text.startsWith("!=", at));
    const comparison = this.comparison();
    if (comparison) return this.compared(key, comparison);
    const word = joined(key);
    if (!key.quoted && word.toLowerCase() === "error") return { kind: "is", flag: "error" };
    if (!key.quoted && word.startsWith("is:")) return { kind: "is", flag: flagOf(word.slice(3)) };
    if (word === "")
      throw new BadFind('There is nothing between the quotes. To find empty values, write key=""');
    return { kind: "text", test: textHolds(word), source: "" };
  }

  private comparison(): Comparison | undefined {
    const sign = /^(!=|>=|<=|=|>|<)/.exec(this.text.slice(this.at, this.at + 2))?.[0];
    if (!sign) return undefined;
    this.at += sign.length;
    return sign as Comparison;
  }

  private compared(key: Written, comparison: Comparison): FindTerm {
    const name = joined(key);
    if (name === "") throw new BadFind(`Before ${comparison} stands the name of a field or an attribute.`);
    const isText = comparison === "=" || comparison === "!=";
    const field = key.quoted ? undefined : fieldNames.find((each) => each === name);
    if (field && timeFields.some((time) => time === field)) {
      return { kind: "time", field: field as TimeField, comparison, ns: this.time(field) };
    }
    if (!isText) {
      if (field) throw new BadFind(`${field} is a text: compare it with = or !=`);
      return { kind: "number", key: name, comparison, value: this.number(name), source: "" };
    }
    const not = comparison === "!=";
    if (field === "path") return { kind: "path", not, names: this.path() };
    const test = this.test(name);
    if (field === "event") return { kind: "event", not, test, source: "" };
    if (!field) return { kind: "attribute", key: name, not, test, source: "" };
    checkListed(field as TextField, test);
    return { kind: "field", field: field as TextField, not, test };
  }

  private test(name: string): TextTest {
    const regex = this.regex();
    if (regex) return regex;
    const value = this.value(name);
    return textIs(value.pieces);
  }

  private value(name: string): Written {
    if (this.at >= this.text.length || /\s/.test(this.text.charAt(this.at))) {
      throw new BadFind(`A value comes after ${name} and its sign; "" is the empty one, * any.`);
    }
    return this.written((at) => /\s/.test(this.text.charAt(at)));
  }

  private number(name: string): number {
    const text = joined(this.value(name));
    const value = numberOfText(text);
    if (value === undefined) {
      throw new BadFind(`${shown(text)} is not a number. To find the text as it stands, put it in quotes.`);
    }
    return value;
  }

  private time(field: string): number {
    const text = joined(this.value(field));
    const parts = /^([+-]?[\d.]+(?:e[+-]?\d+)?)\s*(.*)$/is.exec(text);
    const value = parts ? numberOfText(at(parts, 1)) : undefined;
    if (!parts || value === undefined) throw new BadFind(`${shown(text)} is not a time, as 50ms is.`);
    const unit = at(parts, 2);
    const ns = unitNs.get(unit);
    if (ns === undefined) {
      const what = unit === "" ? `${shown(text)} has no unit` : `There is no unit ${shown(unit)}`;
      throw new BadFind(`${what}: write ns, µs (or us), ms, s, min or h.`);
    }
    return value * ns;
  }

  private path(): TextTest[] {
    const start = this.at;
    this.value("path");
    const raw = this.text.slice(start, this.at);
    const inner = raw.startsWith('"') ? raw.slice(1, -1) : raw;
    let pieces = [""];
    const names = [pieces];
    const add = (char: string) => {
      pieces[pieces.length - 1] += char;
    };
    for (let i = 0; i < inner.length; i++) {
      const char = inner.charAt(i);
      if (char === "\\" && i + 1 < inner.length) add(inner.charAt(++i));
      else if (char === ">") {
        pieces = [""];
        names.push(pieces);
      } else if (char === "*") pieces.push("");
      else add(char);
    }
    return names.map(textIs);
  }

  /** A text up to where `ends` says, or in quotes. */
  private written(ends: (at: number) => boolean): Written {
    const { text } = this;
    const quoted = text[this.at] === '"';
    if (quoted) this.at++;
    const pieces = [""];
    const add = (char: string) => {
      pieces[pieces.length - 1] += char;
    };
    for (; ; this.at++) {
      const char = text[this.at];
      if (char === undefined) {
        if (quoted) throw new BadFind("The quotes are not closed.");
        break;
      }
      if (quoted ? char === '"' : ends(this.at)) {
        if (quoted) this.at++;
        break;
      }
      if (char === "\\" && /[\\"*>]/.test(text.charAt(this.at + 1))) add(text.charAt(++this.at));
      else if (char === "*") pieces.push("");
      else add(char);
    }
    return { pieces, quoted };
  }

  /**
   * `/…/` or `/…/i` up to a space or the end. What begins with a slash and does not end like that is text: paths
   * of requests are what people look for.
   */
  private regex(): TextTest | undefined {
    if (this.text[this.at] !== "/") return undefined;
    for (let end = this.at + 2; end < this.text.length; end++) {
      if (this.text[end] === "\\") {
        end++;
        continue;
      }
      if (this.text[end] !== "/") continue;
      const flags = /^([dgimsuvy]*)(?:\s|$)/.exec(this.text.slice(end + 1));
      if (!flags) continue;
      const source = this.text.slice(this.at + 1, end);
      const flag = at(flags, 1);
      if (flag !== "" && flag !== "i")
        throw new BadFind("The only flag of an expression is i, for any case.");
      this.at = end + 1 + flag.length;
      try {
        return textMatches(source, flag === "i");
      } catch (error) {
        if (error instanceof BadRegex) throw new BadFind(`The expression ${error.message}.`);
        throw error;
      }
    }
    return undefined;
  }
}

const unitNs: ReadonlyMap<string, number> = new Map([
  ["ns", 1],
  ["us", 1e3],
  // Two characters that look alike: the micro sign and the Greek letter.
  ["\u00b5s", 1e3],
  ["\u03bcs", 1e3],
  ["ms", 1e6],
  ["s", 1e9],
  ["min", 60e9],
  ["m", 60e9],
  ["h", 3_600e9],
]);

const listed: Partial<Record<TextField, readonly string[]>> = {
  kind: spanKinds,
  work: workKinds,
  status: statusCodes,
};

/** What can never be found is a slip: better said than answered with nothing. */
function checkListed(field: TextField, test: TextTest): void {
  const values = listed[field];
  if (!values || test.kind !== "is" || test.pieces.length > 1) return;
  if (values.some((value) => value.toLowerCase() === test.pieces[0])) return;
  throw new BadFind(`${field} is one of ${values.map((value) => value.toLowerCase()).join(", ")}.`);
}

function flagOf(name: string): SpanFlag {
  const flag = spanFlags.find((each) => each === name.toLowerCase());
  if (flag) return flag;
  throw new BadFind(`After is: comes one of ${spanFlags.join(", ")}.`);
}

function shown(text: string): string {
  return `“${text.slice(0, 40)}${text.length > 40 ? "…" : ""}”`;
}
