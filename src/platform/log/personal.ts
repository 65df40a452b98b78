import { findPersonalData, type PersonalFinding } from '#kernel/sanitize.personal.ts';
import { readAsEscaped, readAsPercent, type Reading } from './reading.ts';

const STANDARD = { mode: 'standard' } as const;

// What every finding holds, looked for before anything is taken apart: most lines hold none of it. Wider than the forms of
// kernel/sanitize.personal.ts; one after the other, for together they take longer.
const MAIL_OR_PHONE = /[@+%]|\\u/;
const NINE_DIGITS = /\d(?:[ -]?\d){8}/;
const PENSION = /\d{2} ?\d{6} ?[A-Za-z] ?\d{3}/;
const ACCOUNT = /(?:^|[^\w-]|\\[bfnrt])[A-Za-z]{2}\d{2}(?: ?[A-Za-z\d]{4}){2}/;

const mayHold = (text: string): boolean => MAIL_OR_PHONE.test(text) || NINE_DIGITS.test(text) || PENSION.test(text) || ACCOUNT.test(text);

/** As in the kernel: what stood beside a finding may be one of its own once the finding is gone. */
const PASSES = 3;

/**
 * A line of JSON without the personal data in its texts: `[email]`, `[phone]`, `[iban]`, `[credit_card]`, and the numbers of taxes and social
 * insurance (mode `standard`). What has a form of its own stays: ids, hashes, times, hosts, remotes; and JSON numbers, which programs count
 * and people do not write. What is no JSON is read as one text.
 */
export function withoutPersonalLine(line: string): string {
  if (!mayHold(line)) return line;
  let entry: unknown;
  try {
    entry = JSON.parse(line);
  } catch {
    return withoutPersonal(line);
  }
  const clean = cleaned(entry);
  return clean === entry ? line : `${JSON.stringify(clean)}${line.endsWith('\n') ? '\n' : ''}`;
}

/** The same value where nothing was found. */
function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return withoutPersonal(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.map(cleaned);
    return items.every((item, at) => item === value[at]) ? value : items;
  }
  const members = Object.entries(value).map(([name, member]) => [name, member, withoutPersonal(name), cleaned(member)] as const);
  if (members.every(([name, member, cleanName, clean]) => name === cleanName && member === clean)) return value;
  return Object.fromEntries(members.map(([, , name, member]) => [name, member]));
}

/** One text, in whatever spelling a program gave it: a path, a query, JSON in JSON. What holds nothing keeps its spelling. */
export function withoutPersonal(text: string): string {
  let clean = text;
  for (let pass = 0; pass < PASSES && mayHold(clean); pass += 1) {
    const found = findingsOf(clean);
    if (found.length === 0) return clean;
    clean = replaced(clean, found);
  }
  return clean;
}

/** By their places in the text as it is spelled, in order, none over another. */
function findingsOf(text: string): PersonalFinding[] {
  const raw = inWords(readAsEscaped(text));
  if (!text.includes('%')) return raw;
  return joined([...raw, ...inWords(readAsPercent(text))]);
}

/** Addresses of programs: the part before the host is a user name there, and `git@host:path` is nobody's mail. */
const ADDRESS = /\b[a-z][a-z\d+.-]{0,30}:\/\/[^\s/?#"'<>]*|\bgit@[\w.-]+(?=[:/])/gi;

/** A finding stands between the addresses and between the slashes: the forms see the end of a line in place of either. */
function inWords({ text, sourceOf }: Reading): PersonalFinding[] {
  const words = text.replaceAll(ADDRESS, (address) => '\n'.repeat(address.length)).replaceAll('/', '\n');
  return findPersonalData(words, STANDARD).map(({ kind, start, end }) => ({ kind, start: sourceOf(start), end: sourceOf(end) }));
}

function joined(found: PersonalFinding[]): PersonalFinding[] {
  const kept: PersonalFinding[] = [];
  for (const finding of found.toSorted((left, right) => left.start - right.start)) {
    const last = kept.at(-1);
    if (last === undefined || finding.start >= last.end) kept.push({ ...finding });
    else last.end = Math.max(last.end, finding.end);
  }
  return kept;
}

function replaced(text: string, found: readonly PersonalFinding[]): string {
  const parts: string[] = [];
  let from = 0;
  for (const { kind, start, end } of found) {
    parts.push(text.slice(from, start), `[${kind}]`);
    from = end;
  }
  return parts.join('') + text.slice(from);
}
