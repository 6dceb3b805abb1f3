/**
 * Whether Markdown is of a shape that the parser reads in time that grows with its length. A few shapes make it look
 * back over all that came before: measured, 16 KiB of `*a ` and ` b*` take 2 s, one line of 16 KiB of `> - ` takes 3 s,
 * and 30,000 `>` took 14. Nobody writes such text, and nothing is lost by taking it literally.
 */
export function isReadableMarkdown(part: string): boolean {
  if (part.length >= manyLinesChars && linesOf(part) > part.length / minLineChars) return false;
  let deep = 0;
  const run = { emphasis: 0, brackets: 0, angles: 0, underlines: 0 };
  for (let at = 0; at < part.length; ) {
    const found = part.indexOf("\n", at);
    const end = found < 0 ? part.length : found;
    const containers = containersOf(part, at, end);
    if (containers > usualContainers) deep += containers;
    if (containers > maxContainers || deep > maxDeep) return false;
    if (isBlank(part, at, end)) run.emphasis = run.brackets = run.angles = 0;
    else if (!count(part, at, end, run)) return false;
    at = end + 1;
  }
  return true;
}

/** Thousands of headings or items of a letter each: each costs as much as a paragraph. */
const manyLinesChars = 8 * 1024;
const minLineChars = 8;
/** Quotes and lists inside one another on one line. */
const maxContainers = 16;
const usualContainers = 4;
/** Of all lines that are deeper than usual: each level costs each line as much as the line itself. */
const maxDeep = 800;
/** Within a paragraph, a list or a table, which is looked over as one. */
const maxEmphasis = 600;
const marksOfOne = 4;
const maxBrackets = 1_500;
const maxAngles = 500;
/** Headings that are underlined, in all. */
const maxUnderlines = 300;

function linesOf(part: string): number {
  let lines = 0;
  for (let at = part.indexOf("\n"); at >= 0; at = part.indexOf("\n", at + 1)) lines++;
  return lines;
}

interface Run {
  emphasis: number;
  brackets: number;
  angles: number;
  underlines: number;
}

/** Counts the marks of a line; gives false where there are too many. */
function count(part: string, start: number, end: number, run: Run): boolean {
  let isUnderline = true;
  let isRule = true;
  let emphasis = 0;
  for (let at = start; at < end; at++) {
    const code = part.charCodeAt(at);
    if (code === star || code === underscore) {
      // A row of them is a place to write in, until it is very long.
      const rowAt = at;
      while (part.charCodeAt(at + 1) === code) at++;
      emphasis += Math.ceil((at + 1 - rowAt) / marksOfOne);
    } else if (code === openBracket || code === closeBracket) run.brackets++;
    else if (code === openAngle) run.angles++;
    if (code !== equals && code !== dash && code !== space) isUnderline = false;
    if (code !== star && code !== underscore && code !== space) isRule = false;
  }
  if (!isRule) run.emphasis += emphasis;
  if (isUnderline) run.underlines++;
  return (
    run.emphasis <= maxEmphasis &&
    run.brackets <= maxBrackets &&
    run.angles <= maxAngles &&
    run.underlines <= maxUnderlines
  );
}

/** How many quotes and list items a line opens, one inside the other. */
function containersOf(part: string, start: number, end: number): number {
  let containers = 0;
  for (let at = start; at < end; ) {
    const code = part.charCodeAt(at);
    if (code === space || code === tab) at++;
    else if (code === closeAngle) {
      containers++;
      at++;
    } else {
      const next = behindItem(part, at);
      if (next === at) return containers;
      containers++;
      at = next;
    }
    if (containers > maxContainers) return containers;
  }
  return containers;
}

/** Behind a list item's marker, or `at` where there is none. */
function behindItem(part: string, at: number): number {
  let end = at;
  const code = part.charCodeAt(at);
  if (code === dash || code === plus || code === star) end++;
  else {
    while (end - at < 9 && isDigit(part.charCodeAt(end))) end++;
    const close = part.charCodeAt(end);
    if (end === at || (close !== dot && close !== parenthesis)) return at;
    end++;
  }
  const behind = part.charCodeAt(end);
  return behind === space || behind === tab || behind === newline || Number.isNaN(behind) ? end : at;
}

function isBlank(part: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const code = part.charCodeAt(at);
    if (code !== space && code !== tab) return false;
  }
  return true;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

const tab = 0x09;
const newline = 0x0a;
const space = 0x20;
const parenthesis = 0x29;
const star = 0x2a;
const plus = 0x2b;
const dash = 0x2d;
const dot = 0x2e;
const openAngle = 0x3c;
const equals = 0x3d;
const closeAngle = 0x3e;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const underscore = 0x5f;
