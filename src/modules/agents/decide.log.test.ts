import { expect, test } from 'vitest';
import { linesOf, logLine, parseLogLine } from './decide.log.ts';
import { mapStrings, storableText } from './decide.text.ts';

const head = { line: 7, at: new Date('2026-01-02T03:04:05.678Z'), execution: 2 };

test('a line is one JSON document with its number, time and execution', () => {
  const line = logLine(head, { kind: 'note', text: 'two\nlines' }, (text) => text);
  expect(line.indexOf('\n')).toBe(line.length - 1);
  expect(JSON.parse(line)).toEqual({ line: 7, at: '2026-01-02T03:04:05.678Z', execution: 2, kind: 'note', text: 'two\nlines' });
});

test('every string at any depth is redacted, so that the line stays JSON', () => {
  const redact = (text: string) => text.replaceAll('s"cret', '[redacted]');
  const line = logLine(head, { kind: 'agent', event: { kind: 'tool', paths: ['a', 's"cret/b'], command: 'echo s"cret', n: 1, none: null } }, redact);
  expect(JSON.parse(line)).toMatchObject({ event: { paths: ['a', '[redacted]/b'], command: 'echo [redacted]', n: 1, none: null } });
});

test('a very long string is cut and says by how much', () => {
  const line = logLine(head, { kind: 'note', text: 'x'.repeat(40_000) }, (text) => text);
  expect((JSON.parse(line) as { text: string }).text).toMatch(/x… \[7232 more characters\]$/);
});

test('the lines of a segment are numbered from its first, and read from any of them on', () => {
  expect(linesOf({ firstLine: 5 }, 'a\nb\nc\n', 6)).toEqual([
    { line: 6, text: 'b' },
    { line: 7, text: 'c' },
  ]);
});

test('texts that PostgreSQL cannot hold are made storable, at any depth, and others are left alone', () => {
  expect(mapStrings({ a: ['x\0y', 'half \ud83d'], b: { c: 'fine 😀', d: 1, e: null } }, storableText)).toEqual({
    a: ['x\uFFFDy', 'half \uFFFD'],
    b: { c: 'fine 😀', d: 1, e: null },
  });
});

test('a stored line is read in its documented shape, and one that has another shape is shown rather than lost', () => {
  const told = logLine(head, { kind: 'agent', event: { kind: 'text', text: 'hello' } }, (text) => text);
  expect(parseLogLine(7, told)).toEqual({
    line: 7,
    at: '2026-01-02T03:04:05.678Z',
    execution: 2,
    kind: 'agent',
    event: { kind: 'text', text: 'hello' },
  });
  expect(parseLogLine(8, '{"line":8,"at":"2026-01-02T03:04:05Z","execution":3,"kind":"older"}')).toMatchObject({
    line: 8,
    at: '2026-01-02T03:04:05.000Z',
    execution: 3,
    kind: 'note',
    text: expect.stringContaining('older'),
  });
  expect(parseLogLine(9, 'half a li')).toMatchObject({ line: 9, kind: 'note', text: 'half a li' });
});
