import { describe, expect, it } from 'vitest';
import { hasHidden, splitHidden } from './hidden-characters.ts';

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

  it('are part of a picture where a picture stands before them, and hidden elsewhere', () => {
    expect(hasHidden('👩‍💻 ❤️ 1️⃣')).toBe(false);
    expect(shown('a\u200db')).toBe('a[U+200D]b');
    expect(shown('a\ufe0fb')).toBe('a[U+FE0F]b');
  });
});
