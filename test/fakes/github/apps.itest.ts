import { execFile } from 'node:child_process';
import { createSign } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createAppAuth } from '@octokit/auth-app';
import { Octokit } from '@octokit/core';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { asker, endCleanly } from './ask.ts';
import { REEVE_PERMISSIONS, startFakeGithub, type FakeApp, type FakeGithub } from './index.ts';

const SHOP = '/repos/acme/shop';
let fake: FakeGithub;
let app: FakeApp;

beforeEach(async () => {
  fake = await startFakeGithub();
  await fake.addRepository({ owner: 'acme', name: 'shop', files: { 'a.txt': 'a\n' } });
  await fake.addRepository({ owner: 'acme', name: 'other', files: { 'a.txt': 'a\n' }, private: true });
  app = fake.addApp({ slug: 'reeve', permissions: { ...REEVE_PERMISSIONS } });
});
afterEach(async () => {
  await endCleanly(fake);
});

function jwt(claims: object, key = app.privateKey): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const input = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}`;
  return `${input}.${createSign('RSA-SHA256').update(input).sign(key, 'base64url')}`;
}

const now = () => Math.floor(Date.now() / 1000);
const asApp = (token = jwt({ iss: app.id, iat: now() - 60, exp: now() + 300 })) => asker(fake, token);

async function tokenOf(installation: number, wish: object = {}): Promise<{ token: string; body: Record<string, unknown> }> {
  const answer = await asApp()('POST', `/app/installations/${installation}/access_tokens`, wish);
  expect(answer.status).toBe(201);
  return { token: String(answer.body['token']), body: answer.body };
}

describe('the App itself', () => {
  it('is let in by its signed token only, and only while that is good', async () => {
    expect((await asApp()('GET', '/app')).body).toMatchObject({ id: app.id, slug: 'reeve' });
    const other = fake.addApp({ slug: 'other' });
    const wrong = [
      jwt({ iss: app.id, iat: now() - 60, exp: now() + 300 }, other.privateKey),
      jwt({ iss: app.id, iat: now() - 900, exp: now() - 300 }),
      jwt({ iss: app.id, iat: now() - 60, exp: now() + 3600 }),
      jwt({ iss: 1, iat: now() - 60, exp: now() + 300 }),
    ];
    for (const token of wrong) expect((await asApp(token)('GET', '/app')).status).toBe(401);
    expect((await asker(fake, fake.addUser('mia'))('GET', '/app')).status).toBe(401);
    expect((await asApp()('GET', SHOP)).status).toBe(403);
  });

  it("is used by octokit with an App's credentials as the real one", async () => {
    const { id } = app.install('acme');
    const octokit = new Octokit({
      baseUrl: fake.apiUrl,
      authStrategy: createAppAuth,
      auth: { appId: app.id, privateKey: app.privateKey, installationId: id },
    });
    const { data } = await octokit.request('POST /repos/{owner}/{repo}/issues', { owner: 'acme', repo: 'shop', title: 'Hello' });
    expect(data.user?.login).toBe('reeve[bot]');
    expect(data.performed_via_github_app?.slug).toBe('reeve');
    expect(fake.violations).toEqual([]);
  });

  it('finds its installation for a repository, or 404 where it has none', async () => {
    expect((await asApp()('GET', `${SHOP}/installation`)).status).toBe(404);
    const { id } = app.install('acme', ['acme/shop']);
    expect((await asApp()('GET', `${SHOP}/installation`)).body).toMatchObject({ id, app_slug: 'reeve', repository_selection: 'selected' });
    expect((await asApp()('GET', '/repos/acme/other/installation')).status).toBe(404);
    expect((await asApp()('GET', '/app/installations')).body).toMatchObject([{ id, account: { login: 'acme' } }]);
  });
});

describe('an App made from a manifest', () => {
  it('hands its key and secrets to whoever brings the code, once', async () => {
    const manifest = {
      name: 'Reeve of Acme',
      default_permissions: { issues: 'write' as const },
      default_events: ['issues'],
      hook_attributes: { url: 'http://127.0.0.1:9/' },
    };
    const { code } = fake.acceptManifest(manifest);
    const ask = asker(fake, null);
    const made = await ask('POST', `/app-manifests/${code}/conversions`);
    expect(made).toMatchObject({
      status: 201,
      body: { slug: 'reeve-of-acme', permissions: { issues: 'write' }, events: ['issues'], webhook_secret: expect.any(String) as string },
    });
    const signed = jwt({ iss: made.body['id'], iat: now() - 60, exp: now() + 300 }, String(made.body['pem']));
    expect((await asApp(signed)('GET', '/app/hook/config')).body).toMatchObject({ url: 'http://127.0.0.1:9/', secret: '********' });
    expect((await ask('POST', `/app-manifests/${code}/conversions`)).status).toBe(404);
    expect(fake.violations).toEqual([]);
  });
});

describe('installation tokens', () => {
  it('reach the named repositories alone', async () => {
    const { id } = app.install('acme');
    const { token, body } = await tokenOf(id, { repositories: ['shop'] });
    expect(body).toMatchObject({ repository_selection: 'selected', repositories: [{ full_name: 'acme/shop' }] });
    const ask = asker(fake, token);
    expect((await ask('GET', '/installation/repositories')).body).toMatchObject({ total_count: 1, repositories: [{ name: 'shop' }] });
    expect((await ask('GET', SHOP)).status).toBe(200);
    expect((await ask('GET', '/repos/acme/other')).status).toBe(404);
    expect((await asApp()('POST', `/app/installations/${id}/access_tokens`, { repositories: ['nowhere'] })).status).toBe(422);
  });

  it('hold the asked permissions alone, and never more than the App', async () => {
    const { id } = app.install('acme');
    const { token } = await tokenOf(id, { permissions: { issues: 'read' } });
    const ask = asker(fake, token);
    expect((await ask('GET', `${SHOP}/issues`)).status).toBe(200);
    expect(await ask('POST', `${SHOP}/issues`, { title: 'x' })).toMatchObject({
      status: 403,
      body: { message: 'Resource not accessible by integration' },
    });
    expect((await asApp()('POST', `/app/installations/${id}/access_tokens`, { permissions: { administration: 'write' } })).status).toBe(422);
    expect((await asker(fake, (await tokenOf(id)).token)('GET', `${SHOP}/branches/main/protection`)).status).toBe(403);
  });

  it('are gone when they are revoked', async () => {
    const { token } = await tokenOf(app.install('acme').id);
    expect((await asker(fake, token)('DELETE', '/installation/token')).status).toBe(204);
    expect((await asker(fake, token)('GET', SHOP)).status).toBe(401);
  });

  it('push no workflow files without the permission for them', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'reeve-fake-github-test-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const git = (...args: string[]) => promisify(execFile)('git', ['-c', 'user.name=x', '-c', 'user.email=x@example.test', ...args], { cwd: folder });
    const { token } = await tokenOf(app.install('acme').id);
    await git('clone', '--quiet', `${fake.apiUrl.replace('http://', `http://x-access-token:${token}@`)}/acme/shop.git`, '.');
    await mkdir(join(folder, '.github/workflows'), { recursive: true });
    await writeFile(join(folder, '.github/workflows/ci.yml'), 'on: push\n');
    await git('add', '.');
    await git('commit', '--quiet', '-m', 'CI');
    await expect(git('push', '--quiet', 'origin', 'HEAD:refs/heads/ci')).rejects.toThrow(
      /refusing to allow a GitHub App to create or update workflow `.github\/workflows\/ci.yml`/,
    );
    app.app.permissions['workflows'] = 'write';
    const allowed = (await tokenOf(app.install('acme').id)).token;
    await git('push', '--quiet', `${fake.apiUrl.replace('http://', `http://x-access-token:${allowed}@`)}/acme/shop.git`, 'HEAD:refs/heads/ci');
    expect(fake.journal.lines('ref')).toHaveLength(1);
  });

  it('expire, "one hour from the time you create them"', async () => {
    const { id } = app.install('acme');
    const { token, body } = await tokenOf(id);
    const life = Date.parse(String(body['expires_at'])) - Date.now();
    expect(life).toBeGreaterThan(59 * 60_000);
    expect(life).toBeLessThanOrEqual(60 * 60_000);
    fake.world.tokenLifeMs = -1;
    const old = await tokenOf(id);
    expect((await asker(fake, token)('GET', SHOP)).status).toBe(200);
    expect(await asker(fake, old.token)('GET', SHOP)).toMatchObject({ status: 401, body: { message: 'Bad credentials' } });
  });
});

describe('checks', () => {
  it("are written by Apps alone: a person's token gets 403", async () => {
    const sha = (await fake.repository('acme/shop').git.resolve('main')) ?? '';
    const wish = { name: 'Reeve', head_sha: sha, conclusion: 'success', output: { title: 't', summary: 's' } };
    fake.addUser('mia');
    fake.repository('acme/shop').data.collaborators['mia'] = 'admin';
    expect(await asker(fake, fake.addUser('mia'))('POST', `${SHOP}/check-runs`, wish)).toMatchObject({
      status: 403,
      body: { message: 'You must authenticate via a GitHub App.' },
    });
    const { id } = app.install('acme');
    const ask = asker(fake, (await tokenOf(id)).token);
    const made = await ask('POST', `${SHOP}/check-runs`, wish);
    // "Providing conclusion will automatically set the status parameter to completed."
    expect(made).toMatchObject({ status: 201, body: { status: 'completed', conclusion: 'success', app: { slug: 'reeve' } } });
    await ask('PATCH', `${SHOP}/check-runs/${String(made.body['id'])}`, { conclusion: 'failure' });
    expect((await ask('GET', `${SHOP}/commits/main/check-runs`)).body).toMatchObject({
      total_count: 1,
      check_runs: [{ name: 'Reeve', conclusion: 'failure' }],
    });
    expect((await ask('GET', `${SHOP}/commits/main/check-suites`)).body).toMatchObject({
      total_count: 1,
      check_suites: [{ status: 'completed', conclusion: 'failure' }],
    });
    const stranger = fake.addApp({ slug: 'stranger' });
    const theirs = stranger.install('acme');
    const signed = asker(fake, jwt({ iss: stranger.id, iat: now() - 60, exp: now() + 300 }, stranger.privateKey));
    const token = (await signed('POST', `/app/installations/${theirs.id}/access_tokens`)).body['token'];
    expect((await asker(fake, String(token))('PATCH', `${SHOP}/check-runs/${String(made.body['id'])}`, { conclusion: 'success' })).status).toBe(403);
  });
});
