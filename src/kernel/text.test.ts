import { describe, expect, it } from 'vitest';
import { toStorableJson, toStorableText } from './text.ts';

describe('text for the database', () => {
  it('loses NUL and halves of pairs, and keeps whole ones', () => {
    expect(toStorableText('a\0b\uD83Dc 😀')).toBe('a\uFFFDb\uFFFDc 😀');
  });
  it('is cleaned everywhere in a document', () => {
    expect(toStorableJson({ 'k\0': ['x\0', { y: '\uDC00' }, 1, null, true] })).toEqual({ 'k\uFFFD': ['x\uFFFD', { y: '\uFFFD' }, 1, null, true] });
  });
});
