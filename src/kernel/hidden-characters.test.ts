import { describe, expect, test } from 'vitest';
import { hiddenAt } from './hidden-characters.ts';

const at = (text: string): string[] => hiddenAt(text).map((hidden) => `${hidden.at} ${(hidden.character.codePointAt(0) ?? 0).toString(16)}`);

describe('what nobody sees in a text', () => {
  test.each([
    ['a change of direction', 'a\u202Eb', ['1 202e']],
    ['a joiner between digits', '1\u200D0', ['1 200d']],
    ['a joiner behind a letter', 'a\u200Db', ['1 200d']],
    ['a joiner behind a picture that joins nothing', '👩\u200D', ['2 200d']],
    ['a joiner of two pictures that are no emoji together', '😀\u200D😀', ['2 200d']],
    ['a joiner behind a real sequence', '👩\u200D💻\u200D😀', ['5 200d']],
    ['a chain of joiners and selectors', '😀\u200D\uFE0F\u200D\uFE0F', ['2 200d', '3 fe0f', '4 200d', '5 fe0f']],
    ['a selector behind a digit', 'v2\uFE0F.1', ['2 fe0f']],
    ['a second selector behind a picture', '❤\uFE0F\uFE0F', ['2 fe0f']],
    ['selectors of Mongolian', 'x\u180By\u180C\u180D\u180F', ['1 180b', '3 180c', '4 180d', '5 180f']],
    ['tag characters, behind a flag too', '🏴\u{E0067}\u{E007F}', ['2 e0067', '4 e007f']],
    ['half a surrogate pair', 'a\uD800', ['1 d800']],
    ['blanks that are no space', 'a\u00A0b\u2800', ['1 a0', '3 2800']],
    ['a carriage return, not a line feed or a tab', 'a\r\n\tb', ['1 d']],
  ])('is %s', (_what, text, hidden) => expect(at(text)).toEqual(hidden));

  test.each([
    ['an emoji with the selector that colours it', '❤️ ©️'],
    ['one without colour', '☀︎'],
    ['a keycap', '1️⃣ #️⃣'],
    ['a family, a profession, a kiss with two skins', '👨‍👩‍👧 🧑🏾‍⚖️ 👩🏻‍❤️‍💋‍👩🏿'],
    ['a sequence without its selector, as some keyboards write it', '\u{1F3F3}\u200D\u{1F308} ❤\u200D🔥'],
    ['a flag of two letters', '🇩🇪'],
    ['letters of every script', 'Grüße, Ἑλλάς, 日本語, עברית, हिन्दी, ᠮᠣᠩᠭᠣᠯ'],
  ])('is nothing in %s', (_what, text) => expect(at(text)).toEqual([]));
});
