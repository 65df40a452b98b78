import { expect, test } from 'vitest';
import { hiddenAt } from '#kernel/hidden-characters.ts';
import { splitHidden } from '../web/src/ui/hidden-characters.ts';

const counted = (text: string): string[] => hiddenAt(text).map(({ character }) => character);
const marked = (text: string): string[] =>
  splitHidden(text).flatMap((part) => (part.kind === 'hidden' ? [String.fromCodePoint(Number.parseInt(part.name.slice(2), 16))] : []));

test('what the server counts as hidden is what the console marks: every character, and how they stand together', () => {
  const differing: string[] = [];
  for (let code = 0; code <= 0x10_ffff; code += 1) {
    const character = String.fromCodePoint(code);
    if (counted(character).join() !== marked(character).join()) differing.push(code.toString(16));
  }
  expect(differing).toEqual([]);
  const pieces = ['1', 'a', '😀', '❤', '👩', '💻', '🏽', '\u200D', '\uFE0F', '\uFE0E', '\u20E3', '\u180B'];
  const three = pieces.flatMap((one) => pieces.flatMap((two) => pieces.map((last) => `${one}${two}${last}`)));
  for (const text of three.flatMap((start) => [start, `${start}\u200D👩`])) expect(marked(text), JSON.stringify(text)).toEqual(counted(text));
});
