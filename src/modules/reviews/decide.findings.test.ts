import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseReview } from './decide.findings.ts';

const answer = {
  summary: 'It does what was asked.',
  findings: [
    { severity: 'minor', path: 'src/b.ts', line: 3, what: 'A name misleads.', why: '' },
    {
      severity: 'blocker',
      path: './src/a.ts',
      line: '12',
      what: 'It loses orders.',
      why: 'The write comes last.',
      suggestion: 'Write first.',
      stands: 'f2',
    },
  ],
  checklist: [{ item: 'Orders are kept', met: 'no', evidence: 'src/a.ts:12' }],
  focus: [{ path: 'src/a.ts', why: 'Money moves here.' }],
};

test('an answer in the asked form is read whole, the gravest finding first', () => {
  expect(parseReview(JSON.stringify(answer))).toEqual({
    parsed: true,
    summary: 'It does what was asked.',
    findings: [
      {
        severity: 'blocker',
        path: 'src/a.ts',
        line: 12,
        what: 'It loses orders.',
        why: 'The write comes last.',
        suggestion: 'Write first.',
        stands: 'F2',
      },
      { severity: 'minor', path: 'src/b.ts', line: 3, what: 'A name misleads.', why: '', suggestion: null, stands: null },
    ],
    checklist: [{ item: 'Orders are kept', met: 'no', evidence: 'src/a.ts:12' }],
    focus: [{ path: 'src/a.ts', why: 'Money moves here.' }],
    leftOut: 0,
  });
});

describe('it is found', () => {
  const json = JSON.stringify(answer, null, 2);
  test.each([
    ['in a fenced block', `Here you go:\n\n\`\`\`json\n${json}\n\`\`\`\nBye.`],
    ['in the last of two blocks', `\`\`\`json\n{ "summary": "draft" \n\`\`\`\n\`\`\`\n${json}\n\`\`\``],
    ['after words with braces', `I looked at {x} and at f() { return 1 }.\n${json}`],
    ['on one line among words', `Reading. {"other": 1} Now: ${json}`.replace('{"other": 1} ', '')],
  ])('%s', (_where, text) => expect(parseReview(text)).toMatchObject({ parsed: true, summary: answer.summary }));
});

test.each([
  ['fences without end', 'x```json\n'.repeat(400_000)],
  ['braces without end', ' {\n'.repeat(1_000_000)],
  ['blanks without end', `${' '.repeat(2_000_000)}{`],
])('%s take no time', (_what, endless) => expect(parseReview(endless).parsed).toBe(false));

test('after very many words the answer is still found at their end', () => {
  expect(parseReview(`${'x```json\n'.repeat(400_000)}\n{"summary": "Last."}`)).toMatchObject({ parsed: true, summary: 'Last.' });
});

test('what has not the asked form is kept as the summary and marked', () => {
  for (const text of ['Looks good to me.', 'use {x} not {y', '{"verdict": "approve"}', '[1]', 'null', '```json\n{ "findings": [\n```'])
    expect(parseReview(`  ${text}\n`)).toEqual({ parsed: false, summary: text, findings: [], checklist: [], focus: [], leftOut: 0 });
});

test('parts that cannot be read are counted and the rest is kept', () => {
  const odd = {
    summary: 7,
    findings: ['It is slow.', { severity: 'CRITICAL', file: 'a.ts:9-12', message: 'Wrong.' }, null, 4, { path: 'x' }],
    checklist: 'none',
  };
  const read = parseReview(JSON.stringify(odd));
  expect(read).toMatchObject({ parsed: true, summary: '7', leftOut: 4 });
  expect(read.findings.map(({ severity, path, line, what }) => [severity, path, line, what])).toEqual([
    ['major', 'a.ts', 9, 'Wrong.'],
    ['minor', null, null, 'It is slow.'],
  ]);
});

test('a place without a line, with a line that is none, and without a file are told apart', () => {
  const findings = [
    { path: 'a.ts', what: '1' },
    { path: 'a.ts', line: 0, what: '2' },
    { path: 'a.ts', line: 1.5, what: '3' },
    { line: 4, what: '4' },
    { path: 'a\nb.ts', line: 4, what: '5' },
  ];
  expect(parseReview(JSON.stringify({ findings })).findings.map(({ path, line }) => [path, line])).toEqual([
    ['a.ts', null],
    ['a.ts', null],
    ['a.ts', null],
    [null, null],
    [null, null],
  ]);
});

test('counts and lengths are bounded', () => {
  const findings = Array.from({ length: 80 }, (_, index) => ({ what: `${index} ${'x'.repeat(5000)}` }));
  const read = parseReview(JSON.stringify({ summary: 's'.repeat(20_000), findings, focus: Array.from({ length: 12 }, () => 'a.ts') }));
  expect([read.findings.length, read.focus.length, read.leftOut]).toEqual([50, 10, 32]);
  expect(read.summary.length).toBe(8000);
  expect(Math.max(...read.findings.map(({ what }) => what.length))).toBe(2000);
});

test('only a plain yes is a yes', () => {
  const checklist = ['yes', 'YES', true, 'no', false, 'mostly', 'yes, but', null, 1].map((met) => ({ item: 'i', met }));
  expect(parseReview(JSON.stringify({ summary: '', checklist })).checklist.map(({ met }) => met)).toEqual([
    'yes',
    'yes',
    'yes',
    'no',
    'no',
    'unclear',
    'unclear',
    'unclear',
    'unclear',
  ]);
});

test('whatever an agent says, something is told and nothing is thrown', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        fc.record({ findings: fc.jsonValue(), summary: fc.jsonValue() }).map((value) => JSON.stringify(value)),
      ),
      (text) => {
        const read = parseReview(text);
        expect(read.parsed || read.summary === text.trim().slice(0, 8000)).toBe(true);
      },
    ),
  );
});
