import { withoutPersonal } from './personal.ts';

/** UTF-16 units. Nobody reads more of one line, and looking through it would keep everybody else waiting. */
const MOST_LINE = 65_536;
const MOST_TEXT = 8_192;
/** Longer than what a finding may take: of one that a cut went through, no half is left. */
const MARGIN = 1_024;
const MOST_DEPTH = 4;

/**
 * A line of at most about `MOST_LINE`: in a longer one each long text keeps its beginning, and says how much was left out. Still JSON where it
 * was; what a cut would halve is masked before. To be called after secrets are hidden, which need their whole text.
 */
export function shortLine(line: string): string {
  if (line.length <= MOST_LINE) return line;
  const end = line.endsWith('\n') ? '\n' : '';
  const entry = objectIn(line);
  if (entry === null) return `${shortText(line, MOST_LINE)}${end}`;
  const members = Object.entries(entry).map(([name, member]) => [name, shortMember(member)] as const);
  return `${JSON.stringify(Object.fromEntries(fitting(members)))}${end}`;
}

function objectIn(line: string): object | null {
  try {
    const entry: unknown = JSON.parse(line);
    return typeof entry === 'object' && !Array.isArray(entry) ? entry : null;
  } catch {
    return null;
  }
}

/** What is long even with short texts becomes the beginning of its JSON. */
function shortMember(member: unknown): unknown {
  const short = withShortTexts(member, 0);
  if (typeof short !== 'object' || JSON.stringify(short).length <= 2 * MOST_TEXT) return short;
  return shortText(JSON.stringify(member), MOST_TEXT);
}

function withShortTexts(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return shortText(value, MOST_TEXT);
  if (typeof value !== 'object' || value === null || depth === MOST_DEPTH) return value;
  if (Array.isArray(value)) return value.map((item) => withShortTexts(item, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withShortTexts(member, depth + 1)]));
}

function shortText(text: string, most: number): string {
  if (text.length <= most) return text;
  const clean = withoutPersonal(text.slice(0, most + MARGIN));
  return `${clean.slice(0, Math.max(0, clean.length - MARGIN)).toWellFormed()}… [about ${text.length - most} characters left out]`;
}

/** The small ones first, for time, level and sentence are among them; in the order they came. */
function fitting(members: readonly (readonly [string, unknown])[]): (readonly [string, unknown])[] {
  const sized = members.map((member) => ({ member, size: JSON.stringify(member).length }));
  const kept = new Set<readonly [string, unknown]>();
  let room = MOST_LINE;
  for (const { member, size } of sized.toSorted((left, right) => left.size - right.size)) {
    room -= size;
    if (room < 0) break;
    kept.add(member);
  }
  const left = members.filter((member) => kept.has(member));
  return left.length === members.length ? left : [...left, ['left_out', `${members.length - left.length} members`]];
}
