import { expect, test } from 'vitest';
import { hiddenLines, withoutHidden } from './hidden-lines.ts';

test('lines with characters nobody sees are named with their code points, and can be had without them', () => {
  const text = 'plain\na\u202eb\u202ec\n\u200bd\te\n';
  expect(hiddenLines(text)).toEqual([
    { line: 2, names: ['U+202E'] },
    { line: 3, names: ['U+200B'] },
  ]);
  expect(withoutHidden(text)).toBe('plain\nabc\nd\te\n');
  expect(hiddenLines(withoutHidden(text))).toEqual([]);
});
