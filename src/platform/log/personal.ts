import { withoutPersonalData } from '#kernel/sanitize.personal.ts';

const STANDARD = { mode: 'standard' } as const;

// What every finding holds, looked for before anything is taken apart: most lines hold none of it. Wider than the forms of
// kernel/sanitize.personal.ts; one after the other, for together they take longer.
const MAIL_OR_PHONE = /[@+%]|\\u/;
const NINE_DIGITS = /\d(?:[ -]?\d){8}/;
const PENSION = /\d{2} ?\d{6} ?[A-Za-z] ?\d{3}/;
const ACCOUNT = /(?:^|[^\w-]|\\[bfnrt])[A-Za-z]{2}\d{2}(?: ?[A-Za-z\d]{4}){2}/;

const mayHold = (text: string): boolean => MAIL_OR_PHONE.test(text) || NINE_DIGITS.test(text) || PENSION.test(text) || ACCOUNT.test(text);

/** Addresses of programs: the part before the host is a user name there, and `git@host:path` is nobody's mail. */
const ADDRESS = /\b[a-z][a-z\d+.-]{0,30}:\/\/[^\s/?#"'<>]*|\bgit@[\w.-]+(?=[:/])/gi;
/** In text that holds JSON or a program's string, the letter of an escape is not part of the word behind it. */
const ESCAPE = /\\(?:[bfnrt]|u[\da-f]{4})/gi;
/** What stands between the signs of a query. */
const QUERY_PART = /[^\s"'&=?#<>]+/g;

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

function withoutPersonal(text: string): string {
  if (!mayHold(text)) return text;
  return apart(text, ADDRESS, (words) => apart(words, ESCAPE, (part) => withoutPersonalData(withoutPersonalQuery(part), STANDARD)));
}

/** `%2B49%2030…` and `dora%40example.org`; what holds nothing keeps its spelling. */
function withoutPersonalQuery(text: string): string {
  if (!text.includes('%')) return text;
  return text.replaceAll(QUERY_PART, (part) => {
    const read = part.includes('%') ? decoded(part) : part;
    const clean = read === part ? read : withoutPersonalData(read, STANDARD);
    return clean === read ? part : clean;
  });
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part.replaceAll('+', ' '));
  } catch {
    return part;
  }
}

/** What stands between the matches changed, the matches left. */
function apart(text: string, between: RegExp, change: (part: string) => string): string {
  const parts: string[] = [];
  let from = 0;
  for (const { 0: found, index } of text.matchAll(between)) {
    parts.push(change(text.slice(from, index)), found);
    from = index + found.length;
  }
  return parts.join('') + change(text.slice(from));
}
