import { expect, test } from 'vitest';
import { findSecrets } from './index.ts';

// Written in parts, so that this file holds nothing that looks like a secret.
const of = (...parts: string[]): string => parts.join('');
const GITHUB = of('gh', 'p_', 'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx');
const KEY = of('-----BEGIN RSA ', 'PRIVATE KEY-----\n', `${'MIIEpAIBAAKCAQEA'.repeat(4)}\n`.repeat(40), '-----END RSA PRIVATE', ' KEY-----');

test.each<[string, string, string, number]>([
  ['a token of GitHub', `one\ntwo ${GITHUB}`, 'github', 2],
  ['a key of AWS', of('AWS_SECRET', '_ACCESS_KEY=', 'wJalrXUtnFEMIK7MDENGbPxRfiCYzQ8LmT4vN1Kd'), 'aws', 1],
  ['a token of Slack', of('xox', 'b-123456789012-1234567890123-', 'AbCdEfGhIjKlMnOpQrStUvWx'), 'slack', 1],
  ['a private key', `\n\n${KEY}`, 'privatekey', 3],
  ['a password in an address', of('https://dora:', 'hunter2hunter2', '@db.example.org/x'), 'basicauth', 1],
  ['a token of ours', of('reeve', '_tok_01ARZ3NDEKTSV4RRFFQ69G5FAV_', 'abcdefghijklmnopqrst'), 'reeve-token', 1],
  ['a token of Vault', of('hv', 's.CAESIAbCdEfGhIjKlMnOpQrSt'), 'vault-token', 1],
  ['a header', of('Authorization: ', 'Bearer abcdefghijklmnopqrstuvwxyz'), 'bearer-token', 1],
])('%s is found by rule and line', async (_name, text, rule, line) => {
  expect(await findSecrets(text)).toContainEqual({ rule, line });
});

test('ordinary text holds none', async () => {
  const text = 'Fix the cart (#12): see src/cart.ts, commit 0123456789abcdef0123456789abcdef01234567, by dora@example.org. password=***';
  expect(await findSecrets(text)).toEqual([]);
  expect(await findSecrets('')).toEqual([]);
});

test('a finding never carries the value', async () => {
  expect(JSON.stringify(await findSecrets(`x ${GITHUB} ${KEY}`))).not.toMatch(/wWPw5k|MIIE/);
});

test('a text cannot switch the rules off', async () => {
  for (const directive of ['<!-- secretlint-disable -->', '/* secretlint-disable */', '# secretlint-disable', '// SECRETLINT-DISABLE'])
    expect(await findSecrets(`${directive}\n${GITHUB}\n`)).toContainEqual({ rule: 'github', line: 2 });
});

test('in a long text a secret is found where pieces meet, and others work meanwhile', async () => {
  const line = `${'x'.repeat(63)}\n`;
  const before = line.repeat((128 * 1024) / 64 - 1) + 'y'.repeat(50);
  let turns = 0;
  const timer = setInterval(() => (turns += 1), 0);
  try {
    const found = await findSecrets(`${before} ${GITHUB}\n${line.repeat(60_000)}`);
    expect(found).toEqual([{ rule: 'github', line: 2048 }]);
  } finally {
    clearInterval(timer);
  }
  expect(turns).toBeGreaterThan(3);
});
