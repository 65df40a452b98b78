import { expect, test } from 'vitest';
import { findSecrets, withoutSecrets } from './index.ts';

// Written in parts, so that this file holds nothing that looks like a secret.
const of = (...parts: string[]): string => parts.join('');
const GITHUB = of('gh', 'p_', 'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx');
const KEY = of('-----BEGIN RSA ', 'PRIVATE KEY-----\n', `${'MIIEpAIBAAKCAQEA'.repeat(4)}\n`.repeat(40), '-----END RSA PRIVATE', ' KEY-----');

test('a line with what looks like a secret goes, its rule stays, and the lines beside it do', async () => {
  const masked = await withoutSecrets(`one\n##[error] push with ${GITHUB} failed\nexpected 1, got 2`);
  expect(masked).toBe('one\n[left out: it looks like a secret (github)]\nexpected 1, got 2');
});

test('a private key goes with all of its lines, wherever the log begins them', async () => {
  const masked = await withoutSecrets(`before\n2026-01-01T00:00:00.000Z ${KEY}\nafter`);
  expect(masked).not.toMatch(/MIIE|PRIVATE KEY/);
  expect(masked).toMatch(/^before\n.*\n+after$/);
});

test('nothing of several kinds is left, and ordinary text stays as it is', async () => {
  const text = `${GITHUB}\n${GITHUB} ${of('hv', 's.CAESIAbCdEfGhIjKlMnOpQrSt')}\n${KEY}\nfine`;
  expect(await findSecrets(await withoutSecrets(text))).toEqual([]);
  const plain = 'not ok 1 - adds\n  at src/cart.ts:12:3\n\nexpected 1, got 2';
  expect(await withoutSecrets(plain)).toBe(plain);
});
