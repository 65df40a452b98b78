import { describe, expect, test } from 'vitest';
import { codeInFragment, isLink, returnPath } from './return-to.ts';

describe('where a person goes after signing in', () => {
  test.each([
    ['/approvals?risk=high#top', '/approvals?risk=high#top'],
    ['/work/iss_01', '/work/iss_01'],
    [undefined, '/'],
    ['', '/'],
    ['work', '/'],
    ['https://elsewhere.example/', '/'],
    ['//elsewhere.example/', '/'],
    ['/\\elsewhere.example', '/'],
    ['/a/..//elsewhere.example', '/'],
    ['javascript:alert(1)', '/'],
    ['/sign-in?return_to=/sign-in', '/'],
  ])('%s leads to %s', (wanted, path) => expect(returnPath(wanted)).toBe(path));
});

describe('a link that signs in', () => {
  const code = 'a'.repeat(43);
  test('has its code behind the hash, whole or not at all', () => {
    expect(codeInFragment(`#link=${code}`)).toBe(code);
    expect(codeInFragment(`#link=${code}x`)).toBeNull();
    expect(codeInFragment('#link=short')).toBeNull();
    expect([isLink('#link=short'), isLink('#elsewhere'), isLink('')]).toEqual([true, false, false]);
  });
});
