import { uint16At, uint32At } from "@/lib/base/checked";
import { BadRegex, type CharSet, parseRegex, type RegexNode, sortRanges } from "./regex-syntax";

/**
 * Regular expressions that cannot hang the page. JavaScript's own backtrack: `(a+)+$` on forty characters takes
 * hours, nothing stops it, and the exported file's policy allows no worker that could be ended. Here every
 * state of the expression walks through the text at once (Thompson 1968; "Regular Expression Matching Can Be
 * Simple And Fast", Cox 2007), so a test takes at most length × size steps. The database's RE2 works the same
 * way and gets the same tree, written in its syntax.
 */
export interface Regex {
  /** Whether the expression matches somewhere in the first `maxTestedChars` of the text. */
  test(text: string): boolean;
  /** In RE2's syntax. */
  readonly re2: string;
  /** Steps that all tests together have taken: about ten million a second. */
  readonly steps: number;
}

/** Longer texts are looked at up to here. */
export const maxTestedChars = 16_384;

const maxInstructions = 4_000;

type Instruction =
  | { readonly op: "char"; readonly set: CharSet }
  | { readonly op: "assert"; readonly at: "start" | "end" | "word" | "notWord" }
  | { readonly op: "split"; a: number; b: number }
  | { readonly op: "jump"; a: number }
  | { readonly op: "match" };

/** Throws BadRegex (regex-syntax) for an invalid or unsupported expression. */
export function compileRegex(source: string, ignoreCase: boolean): Regex {
  const tree = parseRegex(source, ignoreCase);
  const program: Instruction[] = [];
  emit(tree, program);
  program.push({ op: "match" });
  const machine = new Machine(program);
  return {
    test: (text) => machine.test(text),
    re2: `(?s)${toRe2(tree)}`,
    get steps() {
      return machine.steps;
    },
  };
}

function emit(node: RegexNode, program: Instruction[]): void {
  if (program.length > maxInstructions) throw new BadRegex("is too large with its repetitions written out");
  switch (node.kind) {
    case "char":
      program.push({ op: "char", set: node.set });
      return;
    case "assert":
      program.push({ op: "assert", at: node.at });
      return;
    case "cat":
      for (const item of node.items) emit(item, program);
      return;
    case "alt":
      emitAlternatives(node.items, program);
      return;
    case "repeat":
      emitRepeat(node, program);
  }
}

function emitAlternatives(items: readonly RegexNode[], program: Instruction[]): void {
  const jumps: { op: "jump"; a: number }[] = [];
  for (const [index, item] of items.entries()) {
    if (index === items.length - 1) {
      emit(item, program);
      continue;
    }
    const split = { op: "split" as const, a: program.length + 1, b: 0 };
    program.push(split);
    emit(item, program);
    const jump = { op: "jump" as const, a: 0 };
    program.push(jump);
    jumps.push(jump);
    split.b = program.length;
  }
  for (const jump of jumps) jump.a = program.length;
}

function emitRepeat(
  { item, min, max }: Extract<RegexNode, { kind: "repeat" }>,
  program: Instruction[],
): void {
  for (let i = 0; i < min; i++) emit(item, program);
  if (max === Number.POSITIVE_INFINITY) {
    const split = { op: "split" as const, a: program.length + 1, b: 0 };
    const start = program.push(split) - 1;
    emit(item, program);
    program.push({ op: "jump", a: start });
    split.b = program.length;
    return;
  }
  const splits: { op: "split"; a: number; b: number }[] = [];
  for (let i = min; i < max; i++) {
    const split = { op: "split" as const, a: program.length + 1, b: 0 };
    program.push(split);
    splits.push(split);
    emit(item, program);
  }
  for (const split of splits) split.b = program.length;
}

/** Which instructions are under way, without a repetition and without clearing: a sparse set (Briggs 1993). */
class Threads {
  count = 0;
  readonly dense: Uint16Array;
  private readonly sparse: Uint16Array;

  constructor(size: number) {
    this.dense = new Uint16Array(size);
    this.sparse = new Uint16Array(size);
  }

  /** False where it is in already. */
  add(at: number): boolean {
    const place = uint16At(this.sparse, at);
    if (place < this.count && uint16At(this.dense, place) === at) return false;
    this.sparse[at] = this.count;
    this.dense[this.count++] = at;
    return true;
  }
}

class Machine {
  steps = 0;
  private now: Threads;
  private next: Threads;
  private readonly stack: number[] = [];
  private readonly begins: CharSet | undefined;

  constructor(private readonly program: readonly Instruction[]) {
    this.now = new Threads(program.length);
    this.next = new Threads(program.length);
    this.begins = firstChars(program);
  }

  test(text: string): boolean {
    const end = Math.min(text.length, maxTestedChars);
    this.now.count = 0;
    let before = -1;
    for (let at = 0; ; ) {
      const point = at < end ? (text.codePointAt(at) ?? -1) : -1;
      this.steps += 0.1;
      // Most places of most texts: nothing is under way, and nothing can begin here.
      if (this.now.count === 0 && this.begins && point >= 0 && !inSet(this.begins, point)) {
        before = point;
        at += point > 0xffff ? 2 : 1;
        continue;
      }
      // A match may begin anywhere, so the start is added at every place.
      if (this.follow(this.now, 0, before, point)) return true;
      if (point < 0) return false;
      this.next.count = 0;
      const after = at + (point > 0xffff ? 2 : 1);
      const following = after < end ? (text.codePointAt(after) ?? -1) : -1;
      for (let i = 0; i < this.now.count; i++) {
        const pc = uint16At(this.now.dense, i);
        const instruction = this.program[pc];
        if (instruction?.op !== "char" || !inSet(instruction.set, point)) continue;
        if (this.follow(this.next, pc + 1, point, following)) return true;
      }
      [this.now, this.next] = [this.next, this.now];
      before = point;
      at = after;
    }
  }

  /** Adds an instruction and all that follow from it without taking a character; true at the match. */
  private follow(threads: Threads, from: number, before: number, point: number): boolean {
    const { stack, program } = this;
    stack.length = 0;
    stack.push(from);
    for (let pc = stack.pop(); pc !== undefined; pc = stack.pop()) {
      this.steps++;
      if (!threads.add(pc)) continue;
      const instruction = program[pc];
      switch (instruction?.op) {
        case "match":
          return true;
        case "jump":
          stack.push(instruction.a);
          break;
        case "split":
          stack.push(instruction.b, instruction.a);
          break;
        case "assert":
          if (holds(instruction.at, before, point)) stack.push(pc + 1);
      }
    }
    return false;
  }
}

/** The characters that a match can begin with; undefined where it may begin with none, or with a condition. */
function firstChars(program: readonly Instruction[]): CharSet | undefined {
  const ranges: number[] = [];
  const seen = new Set<number>();
  const stack = [0];
  for (let pc = stack.pop(); pc !== undefined; pc = stack.pop()) {
    if (seen.has(pc)) continue;
    seen.add(pc);
    const instruction = program[pc];
    if (instruction?.op === "char") ranges.push(...instruction.set);
    else if (instruction?.op === "jump") stack.push(instruction.a);
    else if (instruction?.op === "split") stack.push(instruction.a, instruction.b);
    else return undefined;
  }
  return sortRanges(ranges);
}

function inSet(set: CharSet, point: number): boolean {
  for (let i = 0; i < set.length; i += 2) {
    if (point < uint32At(set, i)) return false;
    if (point <= uint32At(set, i + 1)) return true;
  }
  return false;
}

/** ASCII's letters, as \b means them in JavaScript and in RE2. */
function isWord(point: number): boolean {
  return (
    (point >= 97 && point <= 122) ||
    (point >= 65 && point <= 90) ||
    (point >= 48 && point <= 57) ||
    point === 95
  );
}

function holds(at: "start" | "end" | "word" | "notWord", before: number, point: number): boolean {
  if (at === "start") return before < 0;
  if (at === "end") return point < 0;
  return (isWord(before) !== isWord(point)) === (at === "word");
}

/** The tree in RE2's syntax, everything that could be read in two ways written out. */
function toRe2(node: RegexNode): string {
  switch (node.kind) {
    case "char":
      return setToRe2(node.set);
    case "assert":
      return { start: "^", end: "$", word: "\\b", notWord: "\\B" }[node.at];
    case "cat":
      return node.items.map(toRe2).join("");
    case "alt":
      return `(?:${node.items.map(toRe2).join("|")})`;
    case "repeat": {
      const { item, min, max } = node;
      const inner = item.kind === "cat" ? `(?:${toRe2(item)})` : toRe2(item);
      if (max === Number.POSITIVE_INFINITY)
        return `${inner}${min === 0 ? "*" : min === 1 ? "+" : `{${min},}`}`;
      return `${inner}{${min},${max}}`;
    }
  }
}

function setToRe2(set: CharSet): string {
  const [from, to] = set;
  if (from === undefined) return "[^\\x{0}-\\x{10FFFF}]";
  if (set.length === 2 && from === to) return escapeRe2(String.fromCodePoint(from));
  let ranges = "";
  for (let i = 0; i < set.length; i += 2)
    ranges += `${pointToRe2(uint32At(set, i))}-${pointToRe2(uint32At(set, i + 1))}`;
  return `[${ranges}]`;
}

const pointToRe2 = (point: number) => `\\x{${point.toString(16).toUpperCase()}}`;

/** Text that stands for itself in RE2. */
export function escapeRe2(text: string): string {
  let escaped = "";
  for (const char of text) {
    if (char < " " || char === "\x7f") escaped += pointToRe2(char.charCodeAt(0));
    else escaped += "\\.+*?()|[]{}^$".includes(char) ? `\\${char}` : char;
  }
  return escaped;
}
