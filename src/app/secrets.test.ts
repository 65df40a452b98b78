import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startFakeVault } from '../../test/fakes/vault/server.ts';
import { loadAppConfig } from './config.ts';
import { examineSecrets, resolveSecrets } from './secrets.ts';

let folder: string;
let vault: Awaited<ReturnType<typeof startFakeVault>>;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'reeve-secrets-'));
  vault = await startFakeVault();
  vault.state.roles.set('role-1', 'the-secret-id-of-the-role');
  vault.state.secrets.set('secret/data/reeve', { data: { db: 'postgres://reeve:p4ss-of-db@127.0.0.1/reeve', hook: 'h00k-from-vault' } });
});
afterEach(async () => {
  await vault.stop();
  rmSync(folder, { recursive: true, force: true });
});

function file(name: string, text: string, mode = 0o600): string {
  const at = path.join(folder, name);
  writeFileSync(at, text);
  chmodSync(at, mode);
  return at;
}

const load = (env: Record<string, string>) => loadAppConfig(env, folder);

test('settings marked secret take references, whatever the place, and every value is registered for redaction', async () => {
  const config = await resolveSecrets(
    load({
      GIVEN_BY_ORCHESTRATOR: 'the-secret-id-of-the-role',
      REEVE_VAULT_ADDR: vault.address,
      REEVE_VAULT_ROLE_ID: 'role-1',
      REEVE_VAULT_SECRET_ID: 'env:GIVEN_BY_ORCHESTRATOR',
      REEVE_DATABASE_URL: 'vault:secret/reeve#db',
      REEVE_GITHUB_WEBHOOK_SECRET: 'vault:secret/reeve#hook,written-down-secret',
      REEVE_ADMIN_TOKEN: `file:${file('admin', 'adm1n-token-of-file\n')}`,
    }),
  );
  expect(config).toMatchObject({
    databaseUrl: 'postgres://reeve:p4ss-of-db@127.0.0.1/reeve',
    githubWebhookSecret: ['h00k-from-vault', 'written-down-secret'],
    adminToken: 'adm1n-token-of-file',
    vaultSecretId: 'the-secret-id-of-the-role',
  });
  expect(config.references.size).toBe(0);
  const secrets = ['p4ss-of-db', 'h00k-from-vault', 'written-down-secret', 'adm1n-token-of-file', 'the-secret-id-of-the-role'];
  expect(config.secrets).toEqual(expect.arrayContaining(secrets));
  expect(config.secrets.some((secret) => secret.startsWith('hvs.fake-'))).toBe(true);
  expect(config.secrets.join(' ')).not.toContain('vault:');
});

test('a file that others may read is refused, and so is a value that does not fit its setting', async () => {
  const open = file('open', 'adm1n-token', 0o640);
  await expect(resolveSecrets(load({ REEVE_ADMIN_TOKEN: `file:${open}` }))).rejects.toMatchObject({
    kind: 'invalid',
    message: expect.stringContaining('(mode 640)'),
    hint: `Run: chmod 600 ${open}`,
  });
  const short = await resolveSecrets(load({ REEVE_ADMIN_TOKEN: `file:${file('short', 's3c')}` })).catch((error: unknown) => error);
  expect(String(short)).toContain('REEVE_ADMIN_TOKEN: the secret it names must be at least 8 characters');
  expect(String(short)).not.toContain('s3c');
});

test('what begins like a reference and is none is a mistake with a way out', () => {
  for (const text of ['vault:secret/app', 'file:relative/path', 'env:NOT A NAME', 'ssm:'])
    expect(() => load({ REEVE_GITHUB_TOKEN: text })).toThrow(
      expect.objectContaining({ code: 'config_invalid', hint: expect.stringContaining('vault:mount/path#key') }),
    );
});

test('a setting that is no secret takes its text as it is', () => {
  expect(load({ REEVE_POLICY_PATH: 'env:HOME' }).policyPath).toBe('env:HOME');
});

test('the examination tells which references resolve, and shows no value', async () => {
  const config = load({
    REEVE_VAULT_ADDR: vault.address,
    REEVE_VAULT_ROLE_ID: 'role-1',
    REEVE_VAULT_SECRET_ID: 'the-secret-id-of-the-role',
    REEVE_GITHUB_TOKEN: 'vault:secret/reeve#hook',
    REEVE_GITHUB_WEBHOOK_SECRET: 'written-down-secret,vault:secret/reeve#hook',
    REEVE_SLACK_BOT_TOKEN: 'vault:secret/other#token',
    REEVE_MODEL_API_KEY: 'ssm:/reeve/model',
    REEVE_ADMIN_TOKEN: 'env:NOBODY_SET_IT',
  });
  const found = await examineSecrets(config);
  expect(found).toEqual([
    {
      name: 'REEVE_ADMIN_TOKEN',
      places: 'env:NOBODY_SET_IT',
      trouble: 'REEVE_ADMIN_TOKEN: env:NOBODY_SET_IT: the variable is not set.',
      hint: expect.any(String),
    },
    {
      name: 'REEVE_MODEL_API_KEY',
      places: 'ssm:/reeve/model',
      trouble: expect.stringContaining('@aws-sdk/client-ssm'),
      hint: 'Run: npm install @aws-sdk/client-ssm@3',
    },
    { name: 'REEVE_GITHUB_TOKEN', places: 'vault:secret/reeve#hook', trouble: null, hint: null },
    { name: 'REEVE_GITHUB_WEBHOOK_SECRET', places: 'vault:secret/reeve#hook', trouble: null, hint: null },
    {
      name: 'REEVE_SLACK_BOT_TOKEN',
      places: 'vault:secret/other#token',
      trouble: expect.stringContaining('there is nothing in Vault'),
      hint: expect.any(String),
    },
  ]);
  expect(JSON.stringify(found)).not.toMatch(/h00k|written-down|hvs\./);
});

test('a place that cannot be reached stops the start as something that may pass', async () => {
  await vault.stop();
  await expect(
    resolveSecrets(
      load({ REEVE_VAULT_ADDR: vault.address, REEVE_VAULT_TOKEN: 'hvs.some-token-of-ours', REEVE_GITHUB_TOKEN: 'vault:secret/reeve#hook' }),
    ),
  ).rejects.toMatchObject({ kind: 'unavailable', code: 'secrets_unavailable' });
  vault = await startFakeVault();
});
