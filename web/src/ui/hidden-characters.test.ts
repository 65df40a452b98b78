import { describe, expect, it } from 'vitest';
import { hasHidden, spelledOut, splitHidden } from './hidden-characters.ts';

const shown = (text: string): string =>
  splitHidden(text)
    .map((part) => (part.kind === 'text' ? part.text : `[${part.name}]`))
    .join('');

describe('characters that nobody sees', () => {
  it('are named by their code point where they stand', () => {
    expect(shown('a\u202eb')).toBe('a[U+202E]b');
    expect(shown('pay\u200bpal')).toBe('pay[U+200B]pal');
    expect(shown('\u{e0041}x')).toBe('[U+E0041]x');
    expect(shown('a\u00a0b')).toBe('a[U+00A0]b');
    expect(shown('\u001b[31mred')).toBe('[U+001B][31mred');
  });

  it('leave lines, tabs and every letter of every script alone', () => {
    for (const text of ['one\ntwo\tthree', 'Grüße, Ἑλλάς, 日本語, עברית, हिन्दी', '']) expect(hasHidden(text)).toBe(false);
  });

  it('are part of a picture in a real emoji alone', () => {
    for (const text of ['👩‍💻 ❤️ 1️⃣ ☀︎', '👨‍👩‍👧 👍🏽 🏳️‍🌈 🇩🇪', '\u{1f3f3}\u200d\u{1f308}']) expect(hasHidden(text)).toBe(false);
    expect(shown('a\u200db')).toBe('a[U+200D]b');
    expect(shown('a\ufe0fb')).toBe('a[U+FE0F]b');
    expect(shown('1\u200d0, v2\ufe0f.1')).toBe('1[U+200D]0, v2[U+FE0F].1');
    expect(shown(`😀${'\u200d\ufe0f'.repeat(2)}`)).toBe('😀[U+200D][U+FE0F][U+200D][U+FE0F]');
    expect(shown('😀\u200d😀')).toBe('😀[U+200D]😀');
  });

  it('are the selectors of other scripts too', () => {
    expect(shown('x\u180by\u180c\u180d\u180e\u180fz')).toBe('x[U+180B]y[U+180C][U+180D][U+180E][U+180F]z');
  });

  it('are spelled out in a name that is read aloud', () => {
    expect(spelledOut('src/gnp\u202esj.js')).toBe('src/gnp[U+202E]sj.js');
    expect(spelledOut('src/1\u200d0.js')).toBe('src/1[U+200D]0.js');
  });
});
