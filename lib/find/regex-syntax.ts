/**
 * Regular expressions as people type them into the find box, as a tree: the part of the syntax that JavaScript
 * and RE2 (the database's) share, so that both find the same. What backtracking engines alone can do, looking
 * around and back-references, is refused by name.
 */

import { at, uint32At } from "@/lib/base/checked";

/** Code points as ranges, sorted, both ends included: [from, to, from, to, …]. */
export type CharSet = Uint32Array;

export type RegexNode =
  | { readonly kind: "char"; readonly set: CharSet }
  | { readonly kind: "assert"; readonly at: "start" | "end" | "word" | "notWord" }
  | { readonly kind: "cat" | "alt"; readonly items: readonly RegexNode[] }
  | { readonly kind: "repeat"; readonly item: RegexNode; readonly min: number; readonly max: number };

/** The expression cannot be used; the message says why and completes "The expression …". */
export class BadRegex extends Error {
  override readonly name = "BadRegex";
}

const lastPoint = 0x10ffff;
const digits: CharSet = Uint32Array.of(48, 57);
const letters: CharSet = Uint32Array.of(48, 57, 65, 90, 95, 95, 97, 122);
const spaces: CharSet = Uint32Array.of(9, 10, 12, 13, 32, 32);
const lineBreaks: CharSet = Uint32Array.of(10, 10, 13, 13, 0x2028, 0x2029);
const classes: Readonly<Record<string, CharSet>> = {
  d: digits,
  w: letters,
  s: spaces,
  D: complement(digits),
  W: complement(letters),
  S: complement(spaces),
};
const controls: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, f: 12, v: 11, 0: 0 };

const maxRegexChars = 200;
const maxRepeat = 200;
const maxDepth = 30;

/** With `ignoreCase`, letters come as sets of their forms, so that nobody after this has to think of case. */
export function parseRegex(source: string, ignoreCase: boolean): RegexNode {
  if (source.length > maxRegexChars) throw new BadRegex(`is longer than ${maxRegexChars} characters`);
  return new Parser(source, ignoreCase).parse();
}

class Parser {
  private at = 0;
  private depth = 0;
  private readonly chars: readonly string[];

  constructor(
    source: string,
    private readonly ignoreCase: boolean,
  ) {
    this.chars = [...source];
  }

  parse(): RegexNode {
    const node = this.alternatives();
    if (this.at < this.chars.length) throw new BadRegex("closes a group that is not open");
    return node;
  }

  /** Undefined at the end. */
  private peek(ahead = 0): string | undefined {
    return this.chars[this.at + ahead];
  }

  private take(): string {
    return at(this.chars, this.at++);
  }

  private alternatives(): RegexNode {
    if (++this.depth > maxDepth) throw new BadRegex("nests its groups too deep");
    const items = [this.sequence()];
    while (this.peek() === "|") {
      this.at++;
      items.push(this.sequence());
    }
    this.depth--;
    return items.length === 1 && items[0] ? items[0] : { kind: "alt", items };
  }

  private sequence(): RegexNode {
    const items: RegexNode[] = [];
    while (this.at < this.chars.length && this.peek() !== "|" && this.peek() !== ")") {
      items.push(this.repeated(this.atom()));
    }
    return { kind: "cat", items };
  }

  private repeated(item: RegexNode): RegexNode {
    const range = this.quantifier();
    if (!range) return item;
    if (item.kind === "assert") throw new BadRegex("repeats something that is no character");
    // Whether as few or as many as can be: there is a match, or there is none.
    if (this.peek() === "?") this.at++;
    if (this.quantifier()) throw new BadRegex("repeats a repetition: put the inner one in brackets");
    const [min, max] = range;
    return { kind: "repeat", item, min, max };
  }

  private quantifier(): readonly [number, number] | undefined {
    const simple = {
      "*": [0, Number.POSITIVE_INFINITY],
      "+": [1, Number.POSITIVE_INFINITY],
      "?": [0, 1],
    } as const;
    const char = this.peek();
    if (char === "*" || char === "+" || char === "?") {
      this.at++;
      return simple[char];
    }
    const counted = /^\{(\d{1,6})(,(\d{0,6}))?\}/.exec(this.chars.slice(this.at, this.at + 16).join(""));
    if (!counted) return undefined;
    this.at += counted[0].length;
    const min = Number(at(counted, 1));
    const max = counted[2] === undefined ? min : counted[3] ? Number(counted[3]) : Number.POSITIVE_INFINITY;
    if (max < min) throw new BadRegex(`counts backwards in ${counted[0]}`);
    if (min > maxRepeat || (max !== Number.POSITIVE_INFINITY && max > maxRepeat)) {
      throw new BadRegex(`repeats more than ${maxRepeat} times in ${counted[0]}`);
    }
    return [min, max];
  }

  private atom(): RegexNode {
    const char = this.take();
    switch (char) {
      case "(":
        return this.group();
      case "[":
        return { kind: "char", set: this.charClass() };
      case ".":
        return { kind: "char", set: complement(lineBreaks) };
      case "^":
        return { kind: "assert", at: "start" };
      case "$":
        return { kind: "assert", at: "end" };
      case "*":
      case "+":
      case "?":
        throw new BadRegex(`has nothing before ${char} to repeat`);
      case "\\": {
        if (this.peek() === "b" || this.peek() === "B") {
          return { kind: "assert", at: this.take() === "b" ? "word" : "notWord" };
        }
        return { kind: "char", set: this.cased(this.escape()) };
      }
      default:
        return { kind: "char", set: this.cased(single(char)) };
    }
  }

  private group(): RegexNode {
    if (this.peek() === "?") {
      const head = this.chars.slice(this.at, this.at + 40).join("");
      if (/^\?(<?[=!])/.test(head)) throw new BadRegex("looks ahead or behind, which is not supported here");
      const named = /^\?(:|<[A-Za-z_]\w{0,30}>)/.exec(head);
      if (!named) throw new BadRegex("has a group of an unknown kind after (?");
      this.at += named[0].length;
    }
    const inner = this.alternatives();
    if (this.peek() !== ")") throw new BadRegex("opens a group that is not closed");
    this.at++;
    return inner;
  }

  /** An escape: what follows a backslash, inside a class or outside. */
  private escape(): CharSet {
    if (this.at === this.chars.length) throw new BadRegex("ends with a backslash");
    const char = this.take();
    const known = classes[char];
    if (known) return known;
    const control = controls[char];
    const next = this.peek();
    const isOctal = char === "0" && next !== undefined && /\d/.test(next);
    if (control !== undefined && !isOctal) return Uint32Array.of(control, control);
    if (/\d/.test(char) || char === "k")
      throw new BadRegex("refers back to a group, which is not supported here");
    if (char === "p" || char === "P")
      throw new BadRegex("asks for a class of Unicode, which is not supported here");
    if (char === "x" || char === "u") return this.coded(char);
    if (/[A-Za-z]/.test(char)) throw new BadRegex(`has an unknown escape \\${char}`);
    return single(char);
  }

  private coded(kind: string): CharSet {
    const rest = this.chars.slice(this.at, this.at + 10).join("");
    const code = (kind === "x" ? /^([0-9a-fA-F]{2})/ : /^(?:([0-9a-fA-F]{4})|\{([0-9a-fA-F]{1,6})\})/).exec(
      rest,
    );
    const point = Number.parseInt(code?.[1] ?? code?.[2] ?? "", 16);
    if (!code || point > lastPoint) throw new BadRegex(`has a broken code after \\${kind}`);
    this.at += code[0].length;
    return Uint32Array.of(point, point);
  }

  private charClass(): CharSet {
    const isNegated = this.peek() === "^";
    if (isNegated) this.at++;
    const ranges: number[] = [];
    while (this.peek() !== "]") {
      if (this.at >= this.chars.length) throw new BadRegex("opens [ and does not close it");
      const from = this.classChar();
      if (this.peek() !== "-" || this.peek(1) === "]" || this.peek(1) === undefined) {
        ranges.push(...from);
        continue;
      }
      this.at++;
      const to = this.classChar();
      const [low, high] = [uint32At(from, 0), uint32At(to, 0)];
      if (from.length !== 2 || to.length !== 2 || uint32At(from, 1) !== low || uint32At(to, 1) !== high) {
        throw new BadRegex("has a range between what are no single characters");
      }
      if (high < low) throw new BadRegex("has a range that goes backwards");
      ranges.push(low, high);
    }
    this.at++;
    const set = this.cased(sortRanges(ranges));
    return isNegated ? complement(set) : set;
  }

  /** Before a class is negated: [^a] takes no A either. */
  private cased(set: CharSet): CharSet {
    return this.ignoreCase ? withBothCases(set) : set;
  }

  private classChar(): CharSet {
    const char = this.take();
    if (char !== "\\") return single(char);
    if (this.peek() === "b") {
      this.at++;
      return Uint32Array.of(8, 8);
    }
    return this.escape();
  }
}

function single(char: string): CharSet {
  const point = char.codePointAt(0) ?? 0;
  return Uint32Array.of(point, point);
}

/** Letters with case are at the start of the first planes: of a longer range only this many are looked up. */
const maxCasedPoints = 0x3000;

function withBothCases(set: CharSet): CharSet {
  const ranges = [...set];
  for (let i = 0; i < set.length; i += 2) {
    const from = uint32At(set, i);
    const to = Math.min(uint32At(set, i + 1), from + maxCasedPoints);
    for (let point = from; point <= to; point++) {
      const char = String.fromCodePoint(point);
      for (const other of [char.toLowerCase(), char.toUpperCase()]) {
        if (other !== char && other.length === char.length) ranges.push(...single(other));
      }
    }
  }
  return sortRanges(ranges);
}

/** Ranges in order, joined where they touch. */
export function sortRanges(ranges: readonly number[]): CharSet {
  const pairs: (readonly [number, number])[] = [];
  for (let i = 0; i < ranges.length; i += 2) pairs.push([at(ranges, i), at(ranges, i + 1)]);
  pairs.sort((a, b) => a[0] - b[0]);
  const merged: number[] = [];
  for (const [from, to] of pairs) {
    const end = merged.pop();
    if (end === undefined) merged.push(from, to);
    else if (from <= end + 1) merged.push(Math.max(end, to));
    else merged.push(end, from, to);
  }
  return Uint32Array.from(merged);
}

function complement(set: CharSet): CharSet {
  const rest: number[] = [];
  let from = 0;
  for (let i = 0; i < set.length; i += 2) {
    const begin = uint32At(set, i);
    if (begin > from) rest.push(from, begin - 1);
    from = uint32At(set, i + 1) + 1;
  }
  if (from <= lastPoint) rest.push(from, lastPoint);
  return Uint32Array.from(rest);
}
