import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { isBankAccount, isCardNumber, isGermanPension, isGermanTax, isUsSocial, isUsTaxpayer } from '#kernel/sanitize.checksums.ts';
import { findPersonalData } from '#kernel/sanitize.personal.ts';
import { shortLine } from './cut.ts';
import { createLog, withoutPersonalLine } from './index.ts';

const LINES = 10_000;

/** The same numbers each time. */
function createDice(seed: number) {
  let state = seed;
  const roll = (sides: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
  const digits = (count: number): string => Array.from({ length: count }, () => roll(10)).join('');
  const pick = <T>(from: readonly T[]): T => from[roll(from.length)] as T;
  return { roll, digits, pick };
}
type Dice = ReturnType<typeof createDice>;

/** Drawn until the check digits are right. */
function drawn(draw: () => string, holds: (text: string) => boolean): string {
  for (;;) {
    const text = draw();
    if (holds(text)) return text;
  }
}

const grouped = (text: string, sign: string): string => text.replaceAll(/(.{4})(?=.)/g, `$1${sign}`);

const PERSONAL: Record<string, (dice: Dice) => string> = {
  email: ({ pick, digits }) =>
    `${pick(['dora', 'Mia.Miller', 'o+reeve', "d'arc"])}${digits(3)}@${pick(['example.org', 'mail.example.co.uk', 'x-1.io'])}`,
  phone: ({ pick, digits }) => `+${pick(['49 30 ', '1-', '44 (20) ', '33.1.'])}${digits(8)}`,
  iban: ({ pick, digits }) => {
    const body = `37040044${digits(10)}`;
    return pick([(text: string) => text, (text: string) => grouped(text, ' ')])(drawn(() => `DE${digits(2)}${body}`, isBankAccount));
  },
  card: ({ pick, digits }) =>
    grouped(
      drawn(() => `4${digits(15)}`, isCardNumber),
      pick(['', ' ', '-']),
    ),
  tax: (dice) => drawn(() => `8609574${dice.digits(4)}`, isGermanTax),
  pension: (dice) => drawn(() => `15${dice.pick(['0', '1'])}${dice.digits(5)}C10${dice.digits(1)}`, isGermanPension),
  ssn: ({ digits }) => drawn(() => `5${digits(2)}-${digits(2)}-${digits(4)}`, isUsSocial),
  itin: ({ digits }) => drawn(() => `9${digits(2)}-${digits(2)}-${digits(4)}`, isUsTaxpayer),
};

/** Where somebody may have put it. */
const PLACES: Array<(value: string) => [Record<string, unknown>, string]> = [
  (value) => [{}, `no such person ${value}.`],
  (value) => [{ who: value }, 'said'],
  (value) => [{ deep: { list: ['x', { text: `a\tb\n${value}\r\nc` }] } }, 'said'],
  (value) => [{ err: new Error(`refused "${value}"`) }, 'it broke'],
  (value) => [{ body: JSON.stringify({ text: `one\n${value}\n`, more: [value] }) }, 'sent'],
  (value) => [{ twice: JSON.stringify(JSON.stringify({ text: `one\n${value}` })) }, 'sent'],
  (value) => [{ url: `https://api.example.org/v1/people?q=${encodeURIComponent(value)}&who=${value}` }, 'a request failed'],
  (value) => [{ url: `https://tracker.example.org/rest/users/${value}` }, 'a request failed'],
  (value) => [{ path: `/v1/people/${encodeURIComponent(value)}/work` }, 'request'],
  (value) => [{ url: `/v1/people?q=Jos%E9%20${encodeURIComponent(value)}` }, 'not UTF-8'],
  (value) => [{ url: `/login?next=${encodeURIComponent(`/v1/people/${encodeURIComponent(value)}`)}` }, 'encoded twice'],
  (value) => [{ body: JSON.stringify({ text: value }).replaceAll(/[+@]/g, utf16) }, 'from .NET'],
  (value) => [{ body: JSON.stringify(JSON.stringify({ text: value }).replaceAll(/[+@]/g, utf16)) }, 'from .NET, kept as a text'],
  (value) => [{ body: JSON.stringify({ at: `https://tracker.example.org/users/${value}` }).replaceAll('/', String.raw`\/`) }, 'from PHP'],
  (value) => [{ [value]: 1 }, 'counted'],
];

/** As programs write JSON that shall be safe in HTML. */
const utf16 = (sign: string): string => `\\u${sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;

const stringsOf = (value: unknown): string[] => {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? [...Object.keys(value), ...Object.values(value).flatMap(stringsOf)] : [];
};

function write(entries: readonly [Record<string, unknown>, string][], format: 'json' | 'pretty' = 'json'): string[] {
  const out = new PassThrough({ highWaterMark: 1 << 30 });
  const log = createLog({ level: 'info', format, destination: out });
  for (const [fields, sentence] of entries) log.error(fields, sentence);
  return String(out.read() ?? '')
    .trimEnd()
    .split('\n');
}

test(`of ${LINES} lines with personal data none holds any when it is written, and every one is still JSON`, () => {
  const dice = createDice(20);
  const values = Array.from({ length: LINES }, () => dice.pick(Object.values(PERSONAL))(dice));
  const lines = write(values.map((value) => dice.pick(PLACES)(value)));
  expect(lines).toHaveLength(LINES);
  const left = lines.filter((line, at) => {
    const value = values[at] ?? '';
    const spellings = [value, encodeURIComponent(value), encodeURIComponent(encodeURIComponent(value)), value.replaceAll(/[+@]/g, utf16)];
    const texts = stringsOf(JSON.parse(line));
    return spellings.some((spelling) => line.includes(spelling)) || texts.some((text) => findPersonalData(text, { mode: 'standard' }).length > 0);
  });
  expect(left.slice(0, 5)).toEqual([]);
});

test.each([
  ['GET https://tracker/rest/users/dora@example.org', 'GET https://tracker/rest/users/[email]'],
  ['/v1/people/dora@example.org', '/v1/people/[email]'],
  ['/v1/people/dora%40example.org/work', '/v1/people/[email]/work'],
  ['/v1/people/dora%2540example.org', '/v1/people/[email]'],
  ['/v1/people?q=Jos%E9%20dora%40example.org&page=2', '/v1/people?q=Jos%E9%20[email]&page=2'],
  [String.raw`{"to":"dora\u0040example.org","tel":"\u002B49 30 901820-00"}`, '{"to":"[email]","tel":"[phone]"}'],
  [String.raw`\"to\\u0022dora\\u0040example.org\\u0022`, String.raw`\"to\\u0022[email]\\u0022`],
  [String.raw`https:\/\/tracker\/users\/dora@example.org`, String.raw`https:\/\/tracker\/users\/[email]`],
  ['git@github.com:acme/shop.git of dora@example.org', 'git@github.com:acme/shop.git of [email]'],
  ['https://reeve@forge.example.org/users/dora@example.org', 'https://reeve@forge.example.org/users/[email]'],
])('only what is personal goes from %s', (text, left) => {
  const line = (msg: string): string => `${JSON.stringify({ level: 30, msg })}\n`;
  expect(withoutPersonalLine(line(text))).toBe(line(left));
  expect(withoutPersonalLine(text)).toBe(left);
});

test('a line for people holds none either', () => {
  const [line] = write([[{ who: 'dora@example.org' }, 'call +49 30 901820-00']], 'pretty');
  expect(line).toMatch(/call \[phone\] {2}who=\[email\]$/);
});

test('what has a form of its own is written as it is', () => {
  const entry = {
    level: 30,
    time: '2026-11-21T10:53:38.123Z',
    trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
    span_id: 'be68539007547035',
    request_id: 'req_01ARZ3NDEKTSV4RRFFQ69G5FAV',
    other_id: '7d444840-9dc0-11d1-b245-5ffdce74fad2',
    sha: '0123456789012345678901234567890123456789',
    digest: 'de89370400440532013000de89370400440532013000de89370400440532013000',
    remote: 'git@github.com:acme/shop.git',
    remotes: ['ssh://git@forge.example.org/acme/shop.git', 'https://reeve@forge.example.org/acme/shop', 'postgres://reeve@db.example.org:5432/reeve'],
    spelled: String.raw`git%40github.com%3Aacme%2Fshop.git ssh:\/\/git@forge.example.org\/acme \u0041\u00e9 100% 50%25 %E9 C:\users\new`,
    path: '/v1/actions/act_01ARZ3NDEKTSV4RRFFQ69G5FAV/objects/01/23456789012345678901234567890123456789?page=2&q=a%20b+c',
    package: 'undici@7.16.0 @types/node@24.1.0 /node_modules/.pnpm/zod@4.1.0/node_modules/zod',
    address: '2a00:1450:4001:81b::200e 8.8.4.4:443',
    ms: 1_763_735_692_000,
    card_like: 4_111_111_111_111_111,
    ts: '1700000001.000100',
    range: '+120 -34',
    at: 'file:///srv/reeve/src/main.ts:12:34',
    msg: 'landed 3 of 12 (+20 -4) at 2026-11-21 10:53:38+0100',
  };
  const line = `${JSON.stringify(entry)}\n`;
  expect(withoutPersonalLine(line)).toBe(line);
});

test('what is no JSON is read as one text, and nothing is added', () => {
  expect(withoutPersonalLine('fatal: unknown user dora@example.org\n')).toBe('fatal: unknown user [email]\n');
  expect(withoutPersonalLine('{"msg":"dora@example.org"}')).toBe('{"msg":"[email]"}');
});

describe('a line that is too long', () => {
  const DORA = 'dora@example.org';
  const most = 70_000;

  test('is cut in its long texts, says how much is left out, and holds no half of anything', () => {
    // Whatever stands where it is cut.
    for (let shift = 0; shift < DORA.length + 1; shift += 1) {
      const long = `${'-'.repeat(shift)} ${`${DORA} `.repeat(10_000)}`;
      const [line = ''] = write([[{ who: DORA, deep: { long }, err: new Error(long) }, 'it broke']]);
      expect(line.length).toBeLessThan(most);
      expect(line).not.toMatch(/dora|example/);
      const entry = JSON.parse(line);
      expect(entry).toMatchObject({ level: 50, who: '[email]', msg: 'it broke', err: { type: 'Error' } });
      expect(entry.deep.long).toMatch(/^-* \[email\] .*… \[about 1\d{5} characters left out\]$/);
    }
  });

  test('keeps what is short when there is much of everything', () => {
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`member_${at}`, `${DORA} `.repeat(400)]));
    const [line = ''] = write([[{ ...many, list: Array.from({ length: 50_000 }, () => DORA), request_id: 'req_1' }, 'said']]);
    expect(line.length).toBeLessThan(most);
    expect(line).not.toContain(DORA);
    expect(JSON.parse(line)).toMatchObject({ level: 50, request_id: 'req_1', msg: 'said', left_out: expect.stringMatching(/^\d+ members$/) });
  });

  test('is cut as one text when it is no JSON', () => {
    const line = shortLine(`${`fatal: unknown user ${DORA}, `.repeat(10_000)}\n`);
    expect(line).toMatch(/^(?:fatal: unknown user \[email\], )+.*… \[about \d+ characters left out\]\n$/);
    expect(line.length).toBeLessThan(most);
  });

  test('is left as it is when it is long enough, and not too long', () => {
    const line = `${JSON.stringify({ msg: 'x'.repeat(65_000) })}\n`;
    expect(shortLine(line)).toBe(line);
  });
});
