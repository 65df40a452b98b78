import { describe, expect, test } from 'vitest';
import { addressWithUser, decodedPart, looksLikeToken } from './address-credentials.ts';

describe('an address that names a user', () => {
  test.each([
    ['https://u:p@h:8443/x.git', { scheme: 'https', user: 'u', password: 'p', host: 'h:8443', rest: '/x.git' }],
    ['HTTPS://u:p@ss@h', { scheme: 'HTTPS', user: 'u', password: 'p@ss', host: 'h', rest: '' }],
    ['https://u:a:b@h/x', { scheme: 'https', user: 'u', password: 'a:b', host: 'h', rest: '/x' }],
    ['https://u:@h/x', { scheme: 'https', user: 'u', password: '', host: 'h', rest: '/x' }],
    ['ssh://git@h/x', { scheme: 'ssh', user: 'git', password: null, host: 'h', rest: '/x' }],
    ['postgres://u:p@/db?host=/run', { scheme: 'postgres', user: 'u', password: 'p', host: '', rest: '/db?host=/run' }],
    ['postgres://u:p@h?options=a@b', { scheme: 'postgres', user: 'u', password: 'p', host: 'h', rest: '?options=a@b' }],
  ])('%s', (address, parts) => {
    expect(addressWithUser(address)).toEqual(parts);
  });

  test.each(['https://h/x', 'https://h/a:b@c', 'https://h?x=a:b@c', 'git@h:x.git', '/srv/x.git'])('%s names none', (address) => {
    expect(addressWithUser(address)).toBeNull();
  });

  test('is decoded where its percent signs are escapes', () => {
    expect(['a%2Fb', '100%', 'a'].map(decodedPart)).toEqual(['a/b', '100%', 'a']);
  });
});

test.each([
  ['ghp_1', true],
  ['github_pat_1', true],
  ['glpat-1', true],
  ['0123456789abcdefghij', true],
  ['0123456789abcdefghi', false],
  ['abcdefghijabcdefghijabcdefghij', false],
  ['contoso-engineering', false],
  ['global-team', false],
  ['git', false],
])('%s is taken for a token: %s', (user, expected) => {
  expect(looksLikeToken(user)).toBe(expected);
});
