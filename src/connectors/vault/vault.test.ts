import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseSecretReference, type SecretReference } from '#kernel/secret-reference.ts';
import { startFakeVault } from '../../../test/fakes/vault/server.ts';
import { createVault, type VaultLogin } from './index.ts';

const ref = (text: string): SecretReference => {
  const parsed = parseSecretReference(text);
  if (parsed === null) throw new Error(text);
  return parsed;
};
const ROOT = 'hvs.root-CAESIAbCdEfGhIjKlMnOp';
const ROLE: VaultLogin = { kind: 'approle', roleId: 'role-1', secretId: 'secret-id-0123456789' };

describe('secrets in Vault', () => {
  let vault: Awaited<ReturnType<typeof startFakeVault>>;
  let now = new Date('2026-11-21T00:00:00Z');
  const told: string[] = [];
  const store = (login: VaultLogin = { kind: 'token', token: ROOT }, more: { namespace?: string; timeoutMs?: number; address?: string } = {}) =>
    createVault({ address: vault.address, namespace: null, login, clock: { now: () => now }, onSecret: (secret) => told.push(secret), ...more });

  beforeEach(async () => {
    vault = await startFakeVault();
    vault.state.tokens.set(ROOT, { leaseS: 0, renewable: false });
    vault.state.roles.set('role-1', 'secret-id-0123456789');
    vault.state.secrets.set('secret/data/reeve/prod', { data: { github: 'v4lue-of-github', number: 5 } });
    told.length = 0;
  });
  afterEach(() => vault.stop());

  test('a member of a secret is read with the token', async () => {
    expect(await store().get(ref('vault:secret/reeve/prod#github'))).toBe('v4lue-of-github');
    expect(vault.requests).toMatchObject([
      { method: 'GET', path: '/v1/secret/data/reeve/prod', headers: { 'x-vault-token': ROOT, 'x-vault-request': 'true' } },
    ]);
  });

  test('with an AppRole a token is asked for once, renewed after two thirds of its life, and asked for anew when it has ended', async () => {
    const on = store(ROLE);
    const read = () => on.get(ref('vault:secret/reeve/prod#github'));
    await Promise.all([read(), read()]);
    expect([vault.state.logins, vault.state.renewals]).toEqual([1, 0]);
    now = new Date(now.getTime() + 2500 * 1000);
    await read();
    expect([vault.state.logins, vault.state.renewals]).toEqual([1, 1]);
    now = new Date(now.getTime() + 3700 * 1000);
    await read();
    expect([vault.state.logins, vault.state.renewals]).toEqual([2, 1]);
    expect(told).toContain('secret-id-0123456789');
    expect(told.filter((secret) => secret.startsWith('hvs.fake-')).length).toBeGreaterThan(1);
  });

  test('a token that was taken back is replaced by a new one', async () => {
    const on = store(ROLE);
    await on.get(ref('vault:secret/reeve/prod#github'));
    vault.state.tokens.clear();
    expect(await on.get(ref('vault:secret/reeve/prod#github'))).toBe('v4lue-of-github');
    expect(vault.state.logins).toBe(2);
  });

  test('the namespace is named in every request', async () => {
    vault.state.namespace = 'team-a';
    await expect(store().get(ref('vault:secret/reeve/prod#github'))).rejects.toMatchObject({ kind: 'forbidden' });
    expect(await store(ROLE, { namespace: 'team-a' }).get(ref('vault:secret/reeve/prod#github'))).toBe('v4lue-of-github');
  });

  test.each<[string, string, object, (state: typeof vault.state) => void]>([
    ['no such secret', 'vault:secret/reeve/other#github', { kind: 'not_found', code: 'vault_missing' }, () => {}],
    ['no such member', 'vault:secret/reeve/prod#gitlab', { kind: 'not_found', code: 'secret_missing' }, () => {}],
    ['a member that is no text', 'vault:secret/reeve/prod#number', { kind: 'not_found' }, () => {}],
    [
      'a deleted version',
      'vault:secret/gone#a',
      { kind: 'not_found', message: 'vault:secret/gone#a: the newest version was deleted.' },
      (state) => state.secrets.set('secret/data/gone', { data: null }),
    ],
    [
      'a destroyed version',
      'vault:secret/gone#a',
      { kind: 'not_found' },
      (state) => state.secrets.set('secret/data/gone', { data: null, destroyed: true }),
    ],
    ['a wrong token', 'vault:secret/reeve/prod#github', { kind: 'forbidden', code: 'vault_denied' }, (state) => state.tokens.clear()],
    ['a sealed Vault', 'vault:secret/reeve/prod#github', { kind: 'unavailable', code: 'vault_sealed' }, (state) => (state.sealed = true)],
  ])('%s is a clear error without any value', async (_name, text, expected, arrange) => {
    arrange(vault.state);
    const error: unknown = await store()
      .get(ref(text))
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject(expected);
    expect(JSON.stringify(error) + String(error)).not.toMatch(/hvs\.|v4lue/);
  });

  test('wrong credentials of a role, no answer and nobody there are told apart', async () => {
    const at = ref('vault:secret/reeve/prod#github');
    await expect(store({ ...ROLE, secretId: 'wrong' }).get(at)).rejects.toMatchObject({ kind: 'unauthenticated', code: 'vault_refused' });
    await expect(store(undefined, { address: 'http://127.0.0.1:1' }).get(at)).rejects.toMatchObject({ code: 'vault_unreachable' });
    vault.state.silent = true;
    await expect(store(undefined, { timeoutMs: 50 }).get(at)).rejects.toMatchObject({ code: 'vault_timeout' });
  });
});

test.each([
  'vault:secret/app',
  'vault:#a',
  'vault:secret#a',
  'vault:secret/../sys/raw#a',
  'env:A B',
  'env:',
  'file:relative',
  'ssm:',
  'plain',
  'https://x',
])('%j is no reference', (text) => expect(parseSecretReference(text)).toBeNull());
