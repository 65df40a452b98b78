import { createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createApiClient } from '#cli/api/client.ts';
import { REEVE_PERMISSIONS, startFakeGithub, type FakeApp, type FakeGithub } from '../fakes/github/index.ts';
import { runReeve, serve, type ServeProcess } from '../kit/reeve.ts';

/*
 * From a server that knows nothing of GitHub to an issue that is triaged by the App that was just made, as a person does it: a command, a
 * page, a button, an installation.
 */
const MINUTE_MS = 60_000;
const REPO = 'acme/shop';

interface Status {
  source: string;
  login: string | null;
  app: { id: string; slug: string } | null;
  waiting: { slug: string; owner: string } | null;
  problem: string | null;
  installations: Array<{ account: string; lacks: string[]; beyond: string[]; repositories: Array<{ name: string; allowed: boolean }> }> | null;
  webhooks: { url: string; accepted: boolean };
}

describe('connecting GitHub', { timeout: 3 * MINUTE_MS }, () => {
  let folder: string;
  let github: FakeGithub;
  let server: ServeProcess | null = null;
  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'reeve-connect-'));
    github = await startFakeGithub();
    await github.addRepository({ owner: 'acme', name: 'shop', files: { 'src/a.js': '1\n' }, collaborators: { ada: 'write' } });
    await github.addRepository({ owner: 'acme', name: 'other', files: { 'a.txt': '1\n' } });
    writeFileSync(path.join(folder, 'reeve.yaml'), JSON.stringify({ projects: { shop: { repo: REPO, forge: 'github', ci: 'none' } } }));
  }, MINUTE_MS);
  afterEach(async () => {
    await server?.end('SIGTERM');
    server = null;
    await github?.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }, MINUTE_MS);

  const environment = (more: Record<string, string> = {}): Record<string, string> => ({
    REEVE_GITHUB_API_URL: github.apiUrl,
    REEVE_GITHUB_GIT_URL: github.gitUrlTemplate,
    REEVE_GITHUB_WRITE_INTERVAL_MS: '0',
    REEVE_REPO_ALLOWLIST: REPO,
    ...more,
  });

  async function start(port = '0', more: Record<string, string> = {}): Promise<ServeProcess> {
    server = await serve({ cwd: folder, env: { ...environment(more), REEVE_PORT: port } });
    return server;
  }

  const reeve = (...args: string[]) => runReeve(args, { cwd: folder, env: environment() });

  async function until<T>(what: string, found: () => Promise<T | null | undefined | false> | T | null | undefined | false): Promise<T> {
    for (const deadline = performance.now() + 45_000; performance.now() < deadline; await delay(100)) {
      const answer = await found();
      if (answer !== null && answer !== undefined && answer !== false) return answer;
    }
    throw new Error(`It never came to this: ${what}.\n${[...github.journal.lines(), ...github.violations].join('\n')}`);
  }

  /** What a browser does on the page of the link: reads the form and posts it; the person at GitHub presses the button. */
  async function pressTheButton(link: string, owner = 'ada'): Promise<{ app: FakeApp; back: URL; manifest: Record<string, unknown>; action: URL }> {
    const response = await fetch(link);
    expect(response.status).toBe(200);
    const html = await response.text();
    const action = new URL(unescape(/<form method="post" action="([^"]+)"/.exec(html)?.[1] ?? ''));
    expect(response.headers.get('content-security-policy')).toContain(`form-action ${action.origin}`);
    const manifest = JSON.parse(unescape(/name="manifest" value="([^"]+)"/.exec(html)?.[1] ?? '')) as Record<string, unknown>;
    const { app, code } = github.acceptManifest(manifest as never, owner);
    const back = new URL(String(manifest['redirect_url']));
    back.search = new URLSearchParams({ code, state: action.searchParams.get('state') ?? '' }).toString();
    return { app, back, manifest, action };
  }

  const unescape = (text: string): string => text.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&');
  const triaged = (number: number) =>
    github.repository(REPO).data.comments.filter((comment) => comment.issue === number && comment.body.includes('reeve:triage'));

  it('one link, one button, one installation: the App triages an issue, also after a restart', async () => {
    const first = await start();
    const { port } = new URL(first.url);
    expect(await reeve('connect', 'github', '--status')).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('nothing is connected') as string,
    });

    const printed = await reeve('connect', 'github', '--organization', 'acme', '--json');
    expect(printed.code).toBe(0);
    const { url } = JSON.parse(printed.stdout) as { url: string };
    const { app, back, manifest, action } = await pressTheButton(url, 'Acme');
    expect(action.pathname).toBe('/organizations/acme/settings/apps/new');
    expect(manifest).toMatchObject({
      default_permissions: REEVE_PERMISSIONS,
      hook_attributes: { url: `${first.url}/webhooks/github`, active: true },
      redirect_url: `${first.url}/connect/github/callback`,
      public: false,
    });
    expect(manifest['default_events']).toContain('issues');
    const callback = await fetch(back);
    expect([callback.status, await callback.text()]).toEqual([200, expect.stringContaining('/installations/new')]);
    // The state is over, and so is the page.
    expect([(await fetch(back)).status, (await fetch(url)).status]).toEqual([403, 410]);

    const file = path.join(folder, '.reeve/keys/github-app.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const kept = JSON.parse(readFileSync(file, 'utf8')) as { private_key: string; webhook_secret: string };
    expect(kept.private_key).toContain('PRIVATE KEY');

    const empty = await reeve('connect', 'github', '--status');
    expect([empty.code, empty.stdout]).toEqual([1, expect.stringContaining('installed nowhere')]);
    app.install('acme');
    const client = createApiClient(first);
    const status = await client.get<Status>('/v1/connections/github');
    expect(status).toMatchObject({ source: 'app_kept', login: app.login, webhooks: { accepted: true } });
    expect(status.installations).toMatchObject([
      {
        account: 'acme',
        lacks: [],
        beyond: [],
        repositories: expect.arrayContaining([
          { name: REPO, allowed: true },
          { name: 'acme/other', allowed: false },
        ]) as unknown,
      },
    ]);
    expect((await reeve('connect', 'github', '--status')).code).toBe(0);
    // An admin lets Reeve work in one that no file names; twice is once, and what GitHub does not show is nobody's.
    const take = (name: string) => client.post<{ repository_id: string }>('/v1/connections/github/repositories', { name });
    const taken = await take('acme/other');
    expect(await take('Acme/Other')).toEqual(taken);
    expect(await client.get(`/v1/repositories/${taken.repository_id}`)).toMatchObject({ forge: 'github', allowlisted: true, default_branch: 'main' });
    await expect(take('acme/nowhere')).rejects.toMatchObject({ kind: 'refused', code: 'repository_not_shown' });
    await expect(take('nowhere')).rejects.toMatchObject({ kind: 'invalid' });
    await until('the installation is heard of', async () => (await client.all('/v1/events', { kind: 'installation.changed' })).length > 0);

    const ask = { title: 'Round the totals', body: 'Round the totals in `src/a.js` to whole cents.\n\n- [ ] totals are whole cents' };
    const one = await github.as('ada').openIssue(REPO, { ...ask, labels: ['AI-Ready'] });
    const [comment] = await until('the issue is triaged', () => (triaged(one.number).length > 0 ? triaged(one.number) : null));
    expect(comment?.author).toBe(app.login);

    await first.end('SIGTERM');
    const second = await start(port);
    const two = await github.as('ada').openIssue(REPO, { title: 'Another', body: `${ask.body}\n\nAlso in words.`, labels: ['AI-Ready'] });
    await until('the second is triaged', () => triaged(two.number).length > 0);
    const ledger = JSON.stringify(await createApiClient(second).all('/v1/ledger', {}, 10_000));
    expect(ledger).toContain('connection.made');
    for (const secret of [kept.private_key.split('\n')[1] ?? '', kept.webhook_secret]) expect(ledger).not.toContain(secret);
    await github.settled();
    expect([github.violations, github.errors]).toEqual([[], []]);
  });

  it('a state of somebody else, or a code that GitHub does not know, makes nothing', async () => {
    const { url } = await start();
    const client = createApiClient(server ?? { url, token: '' });
    const begun = await client.post<{ url: string; post_to: string }>('/v1/connections/github', {});
    expect(new URL(begun.post_to).pathname).toBe('/settings/apps/new');
    const { back } = await pressTheButton(begun.url);
    const forged = new URL(back);
    forged.searchParams.set('state', 'x'.repeat(43));
    expect((await fetch(forged)).status).toBe(403);
    const wrong = new URL(back);
    wrong.searchParams.set('code', 'nothing');
    expect((await fetch(wrong)).status).toBe(404);
    // Used up by the wrong code: a person begins again.
    expect((await fetch(back)).status).toBe(403);
    expect((await client.get<Status>('/v1/connections/github')).source).toBe('none');
    const viewer = await client.post<{ token: string }>('/v1/tokens', { name: 'v', role: 'viewer' });
    const asViewer = createApiClient({ url, token: viewer.token });
    await expect(asViewer.post('/v1/connections/github', {})).rejects.toMatchObject({ kind: 'forbidden' });
    await expect(asViewer.get('/v1/connections/github')).rejects.toMatchObject({ kind: 'forbidden' });
    const other = { name: 'acme/other' };
    await expect(asViewer.post('/v1/connections/github/repositories', other)).rejects.toMatchObject({ kind: 'forbidden' });
    await expect(client.post('/v1/connections/github/repositories', other)).rejects.toMatchObject({ code: 'forge_missing' });
  });

  it('whose App it is decides: one of somebody else is refused, one without an organization waits for an admin', async () => {
    const { url, token } = await start();
    const client = createApiClient({ url, token });
    const begin = async (wish: object) => (await client.post<{ url: string }>('/v1/connections/github', wish)).url;
    const foreign = await fetch((await pressTheButton(await begin({ organization: 'acme' }), 'mallory')).back);
    expect([foreign.status, await foreign.text()]).toEqual([403, expect.stringContaining('belongs to mallory')]);
    expect(await client.get<Status>('/v1/connections/github')).toMatchObject({ source: 'none', waiting: null });

    const { back, app } = await pressTheButton(await begin({}), 'ada');
    const page = await fetch(back);
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining(`--confirm ada/${app.app.slug}`)]);
    expect(await client.get<Status>('/v1/connections/github')).toMatchObject({
      source: 'none',
      waiting: { owner: 'ada', slug: app.app.slug },
      webhooks: { accepted: false },
    });
    expect(await reeve('connect', 'github', '--confirm', `mallory/${app.app.slug}`)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('of ada') as string,
    });
    expect((await reeve('connect', 'github', '--confirm', `ada/${app.app.slug}`)).code).toBe(0);
    expect(await client.get<Status>('/v1/connections/github')).toMatchObject({ source: 'app_kept', login: app.login, waiting: null });
    const kinds = (await client.all<{ kind: string }>('/v1/ledger', {}, 10_000))
      .map(({ kind }) => kind)
      .filter((kind) => kind.startsWith('connection.'));
    expect(kinds.toSorted()).toEqual(['connection.begun', 'connection.begun', 'connection.confirmed', 'connection.made', 'connection.refused']);
  });

  it('a second App is made only on request, and one that is forgotten or broken is nobody', async () => {
    const secret = ['between', 'the', 'two', 'of', 'us'].join('-');
    const { url, token } = await start('0', { REEVE_GITHUB_WEBHOOK_SECRET: secret });
    const client = createApiClient({ url, token });
    const begin = async (wish: object) => (await client.post<{ url: string }>('/v1/connections/github', { organization: 'acme', ...wish })).url;
    const [one, other] = [await begin({ name: 'One' }), await begin({ name: 'Other' })];
    expect((await fetch((await pressTheButton(one, 'acme')).back)).status).toBe(200);
    // Begun without knowing of the first: it does not take its place.
    expect((await fetch((await pressTheButton(other, 'acme')).back)).status).toBe(409);
    expect((await client.get<Status>('/v1/connections/github')).app?.slug).toBe('one');
    expect(await reeve('connect', 'github')).toMatchObject({ code: 1, stderr: expect.stringContaining('already') as string });
    expect((await fetch((await pressTheButton(await begin({ name: 'Third', replace: true }), 'acme')).back)).status).toBe(200);
    expect((await client.get<Status>('/v1/connections/github')).app?.slug).toBe('third');

    writeFileSync(path.join(folder, '.reeve/keys/github-app.json'), 'broken');
    expect(await client.get<Status>('/v1/connections/github')).toMatchObject({
      source: 'app_kept',
      app: null,
      problem: expect.stringContaining('does not hold a GitHub App') as string,
    });
    // What the settings' secret has signed is heard all the same.
    const body = JSON.stringify({ zen: 'Keep it simple.' });
    const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
    const headers = { 'content-type': 'application/json', 'x-github-event': 'ping', 'x-github-delivery': 'one', 'x-hub-signature-256': signature };
    expect((await fetch(`${url}/webhooks/github`, { method: 'POST', headers, body })).status).toBe(202);
    expect((await reeve('doctor')).stdout).toContain('does not hold a GitHub App');
    expect((await reeve('connect', 'github', '--replace')).code).toBe(0);
    expect((await reeve('connect', 'github', '--forget')).code).toBe(0);
    expect(await client.get<Status>('/v1/connections/github')).toMatchObject({ source: 'none', app: null, problem: null });
  });

  it('looks at a token without keeping it: what it may not, and what it may beyond need', async () => {
    await start();
    github.repository(REPO).data.collaborators['root'] = 'admin';
    const file = path.join(folder, 'token.txt');
    writeFileSync(file, `${github.addUser('root')}\n`);
    const report = await reeve('connect', 'github', '--token', file, '--repository', REPO, '--repository', 'acme/nowhere', '--json');
    const said = JSON.parse(report.stdout) as { login: string; repositories: Array<{ name: string; lacks: string[]; beyond: string[] }> };
    expect(report.code).toBe(1);
    expect(said.login).toBe('root');
    expect(said.repositories).toEqual([
      { name: REPO, lacks: [], beyond: ['secrets', 'administration', 'webhooks'] },
      { name: 'acme/nowhere', lacks: ['metadata'], beyond: [] },
    ]);
    expect((await reeve('connect', 'github', '--status', '--json')).stdout).toContain('"none"');
    const refused = await reeve('connect', 'github', '--token', path.join(folder, 'reeve.yaml'));
    expect(refused.code).not.toBe(0);
    expect([github.violations, github.errors]).toEqual([[], []]);
  });
});
