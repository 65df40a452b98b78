/**
 * Personal data in text: found by form and checked by check digit where the form has one, so that commit ids, versions and amounts are left
 * alone. Pure, linear in the length of the text.
 */
import { isBankAccount, isCardNumber, isGermanPension, isGermanTax, isPhoneNumber, isUsSocial, isUsTaxpayer } from './sanitize.checksums.ts';

export const PERSONAL_CLASSES = [
  'email',
  'iban',
  'credit_card',
  'de_tax_id',
  'de_pension_number',
  'us_ssn',
  'us_itin',
  'phone',
  'ipv4',
  'ipv6',
  'person',
] as const;
export type PersonalClass = (typeof PERSONAL_CLASSES)[number];

/**
 * `off`: nothing is looked for · `standard`: mail addresses, numbers of people, accounts and cards · `strict`: also network addresses, and names
 * of the people given.
 */
export type PersonalMode = 'off' | 'standard' | 'strict';

export interface PersonalFinding {
  kind: PersonalClass;
  /** UTF-16 units. */
  start: number;
  end: number;
}

export interface PersonalOptions {
  mode: PersonalMode;
  /** Names of known people (`Dora Miller`); a name nobody named is never guessed. Those under four characters are ignored. */
  people?: readonly string[];
}

/** Forges whose texts nobody outside the installation reads. Any other counts as outside until the installation says otherwise. */
const FORGES_INSIDE: ReadonlySet<string> = new Set(['local', 'path', 'reeve']);

/** Whether texts for this forge leave the installation: on one of its own they stay where the person's data already is. */
export const isForgeOutside = (forge: string): boolean => !FORGES_INSIDE.has(forge);

interface Form {
  kind: PersonalClass;
  pattern: RegExp;
  /** Null: the form alone says it. */
  holds: ((found: string) => boolean) | null;
  strict: boolean;
}

const form = (kind: PersonalClass, pattern: RegExp, holds: Form['holds'] = null, strict = false): Form => ({ kind, pattern, holds, strict });

/** An earlier form wins where two cover the same place. Each pattern has bounded parts, so none looks further than a line. */
const FORMS: readonly Form[] = [
  form('email', /(?<![\w.+%@/-])[\w.+%'-]{1,64}@[a-z\d](?:[a-z\d-]{0,62}\.){1,8}[a-z]{2,24}(?![\w-])/gi),
  form('iban', /(?<![\w-])[a-z]{2}\d{2}(?: ?[a-z\d]{4}){2,7}(?: ?[a-z\d]{1,4})?(?![\w-])/gi, isBankAccount),
  form('credit_card', /(?<![\w.-])\d(?:[ -]?\d){12,18}(?![\w-]|\.\d)/g, isCardNumber),
  form('de_pension_number', /(?<![\w.-])\d{2} ?\d{6} ?[a-z] ?\d{3}(?![\w-])/gi, isGermanPension),
  form('de_tax_id', /(?<![\w.-])[1-9]\d ?\d{3} ?\d{3} ?\d{3}(?![\w-]|\.\d)/g, isGermanTax),
  form('us_itin', /(?<![\w.-])9\d{2}-\d{2}-\d{4}(?![\w-])/g, isUsTaxpayer),
  form('us_ssn', /(?<![\w.-])\d{3}-\d{2}-\d{4}(?![\w-])/g, isUsSocial),
  form('phone', /(?<![\w.+-])\+[1-9](?:[ ().-]{0,2}\d){6,14}(?![\w-]|\.\d)/g, isPhoneNumber),
  form('ipv4', /(?<![\w.-])(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)\.){3}(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?![\w-]|\.\d)/g, isOutsideAddress, true),
  form('ipv6', /(?<![\w:.])(?:[\da-f]{1,4}:|:(?=:)){2,7}(?::|[\da-f]{1,4})?(?:[\da-f]{1,4})?(?![\w:])/gi, isOutsideAddress6, true),
];

/** What is found, in order, none over another. */
export function findPersonalData(text: string, { mode, people = [] }: PersonalOptions): PersonalFinding[] {
  if (mode === 'off') return [];
  const forms = FORMS.filter(({ strict }) => mode === 'strict' || !strict);
  const names = mode === 'strict' ? namesForm(people) : null;
  const found: PersonalFinding[] = [];
  for (const { kind, pattern, holds } of names === null ? forms : [...forms, names])
    for (const match of text.matchAll(pattern))
      if (holds === null || holds(match[0])) found.push({ kind, start: match.index, end: match.index + match[0].length });
  return withoutOverlaps(found);
}

/** The text with `[email]`, `[phone]` … in place of what was found. A second pass changes nothing. */
export function withoutPersonalData(text: string, options: PersonalOptions): string {
  let clean = text;
  // What stood beside a finding may be one of its own once the finding is gone; three passes settle every case the forms allow.
  for (let pass = 0; pass < 3; pass += 1) {
    const found = findPersonalData(clean, options);
    if (found.length === 0) return clean;
    let copied = 0;
    const parts: string[] = [];
    for (const { kind, start, end } of found) {
      parts.push(clean.slice(copied, start), `[${kind}]`);
      copied = end;
    }
    clean = parts.join('') + clean.slice(copied);
  }
  return clean;
}

function withoutOverlaps(found: PersonalFinding[]): PersonalFinding[] {
  const rank = new Map(PERSONAL_CLASSES.map((kind, index) => [kind, index]));
  const order = (finding: PersonalFinding): number => rank.get(finding.kind) ?? 0;
  found.sort((left, right) => left.start - right.start || order(left) - order(right));
  const kept: PersonalFinding[] = [];
  for (const finding of found) {
    const last = kept.at(-1);
    if (last === undefined || finding.start >= last.end) kept.push(finding);
    else if (order(finding) < order(last)) kept[kept.length - 1] = { ...finding, start: last.start, end: Math.max(last.end, finding.end) };
    else last.end = Math.max(last.end, finding.end);
  }
  return kept;
}

function namesForm(people: readonly string[]): Form | null {
  const names = [...new Set(people.map((name) => name.trim().normalize('NFC')))].filter((name) => name.length >= 4);
  if (names.length === 0) return null;
  const known = names
    .toSorted((left, right) => right.length - left.length)
    .map((name) => name.replaceAll(/[.*+?^${}()|[\]\\/-]/g, '\\$&').replaceAll(/\s+/g, '\\s+'));
  return form('person', new RegExp(`(?<![\\p{L}\\p{N}_@/[-])(?:${known.join('|')})(?![\\p{L}\\p{N}_-])`, 'giu'));
}

/** Loopback, unspecified, private and documentation addresses are nobody's. RFC 1918, 5737, 3849, 4193. */
function isOutsideAddress(found: string): boolean {
  return !/^(?:0\.|10\.|127\.|169\.254\.|172\.(?:1[6-9]|2\d|3[01])\.|192\.168\.|192\.0\.2\.|198\.51\.100\.|203\.0\.113\.|22[4-9]\.|2[345]\d\.)/.test(
    found,
  );
}

function isOutsideAddress6(found: string): boolean {
  const groups = found.split(':').filter((group) => group !== '');
  const shortened = found.includes('::');
  if (shortened ? groups.length > 7 || groups.length < 2 || found.split('::').length > 2 : groups.length !== 8) return false;
  return !/^(?:::|f[cd][\da-f]{2}:|fe[89ab][\da-f]:|ff[\da-f]{2}:|2001:0?db8:)/i.test(found);
}
