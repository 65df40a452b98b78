import { describe, expect, test } from 'vitest';
import { cookieName, cookieOf, isOwnOrigin, sessionCookieName } from './own-pages.ts';

describe('an origin', () => {
  test.each([
    ['http://127.0.0.1:4400', '127.0.0.1:4400', null, true],
    ['http://reeve.example', 'reeve.example', null, true],
    // Without a public address, a proxy may speak TLS before us.
    ['https://reeve.example', 'reeve.example', null, true],
    ['https://reeve.example', 'reeve.example', 'https://reeve.example', true],
    // A proxy that names itself to us.
    ['https://reeve.example', '10.0.0.7:4400', 'https://reeve.example/base', true],
    ['http://127.0.0.1:4400', '127.0.0.1:4400', 'https://reeve.example', true],
    ['http://reeve.example', 'reeve.example', 'https://reeve.example', false],
    ['https://reeve.example', 'reeve.example', 'http://reeve.example', false],
    ['http://reeve.example:8080', 'reeve.example:8080', 'https://reeve.example', true],
    ['ftp://reeve.example', 'reeve.example', null, false],
    ['http://127.0.0.1:4401', '127.0.0.1:4400', null, false],
    ['https://evil.example', 'reeve.example', 'https://reeve.example', false],
    ['https://reeve.example.evil.example', 'reeve.example', null, false],
    ['null', 'reeve.example', null, false],
    ['', undefined, null, false],
  ])('%s at the host %s of %s: ours %s', (origin, host, publicUrl, ours) => expect(isOwnOrigin(origin, host, publicUrl)).toBe(ours));
});

describe('a cookie', () => {
  test.each([
    ['127.0.0.1:4400', null, 'reeve_session_4400'],
    ['127.0.0.1:4401', null, 'reeve_session_4401'],
    ['[::1]:4400', null, 'reeve_session_4400'],
    ['reeve.example', null, 'reeve_session'],
    [undefined, null, 'reeve_session'],
    ['no host at all', null, 'reeve_session'],
    // The public address is what a browser used, whatever a proxy says to us.
    ['10.0.0.7:4400', 'http://reeve.example:8080', 'reeve_session_8080'],
    ['10.0.0.7:4400', 'https://reeve.example', '__Host-reeve_session'],
    ['10.0.0.7:4400', 'https://reeve.example:8443', '__Host-reeve_session_8443'],
  ])('of %s, public address %s, is called %s', (host, publicUrl, name) => expect(sessionCookieName(host, publicUrl)).toBe(name));

  test('is found by its whole name', () => {
    const name = cookieName('a', 'x:1', null);
    expect(cookieOf('ba_1=no; a_12=no; a_1=yes ; a=no', name)).toBe('yes');
    expect(cookieOf('a=no', name)).toBeNull();
    expect(cookieOf(undefined, name)).toBeNull();
  });
});
