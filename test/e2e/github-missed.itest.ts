import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createApiClient } from '#cli/api/client.ts';
import { startFakeGithub, type FakeGithub } from '../fakes/github/index.ts';
import { serve, type ServeProcess } from '../kit/reeve.ts';

/*
 * What people do on GitHub while no server of ours listens, and webhooks that never arrive: found when the server starts again, once.
 */
const MINUTE_MS = 60_000;
const REPO = 'acme/shop';
const BOT = 'reeve-machine';
const SECRET = ['the', 'secret', 'of', 'its', 'webhooks'].join('-');

describe('what was missed on GitHub', { timeout: 3 * MINUTE_MS }, () => {
  let folder: string;
  let github: FakeGithub;
  let server: ServeProcess | null = null;
  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'reeve-missed-'));
    github = await startFakeGithub();
    await github.addRepository({ owner: 'acme', name: 'shop', files: { 'src/a.js': '1\n' }, collaborators: { [BOT]: 'write', ada: 'write' } });
    writeFileSync(path.join(folder, 'reeve.yaml'), JSON.stringify({ projects: { shop: { repo: REPO, ci: 'none' } } }));
  }, MINUTE_MS);
  afterEach(async () => {
    await server?.end('SIGTERM');
    server = null;
    await github?.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }, MINUTE_MS);

  async function start(credential: Record<string, string>, port = '0'): Promise<ServeProcess> {
    const addresses = { REEVE_GITHUB_API_URL: github.apiUrl, REEVE_GITHUB_GIT_URL: github.gitUrlTemplate, REEVE_GITHUB_WRITE_INTERVAL_MS: '0' };
    const env = { ...addresses, ...credential, REEVE_PORT: port, REEVE_GITHUB_WEBHOOK_SECRET: SECRET, REEVE_REPO_ALLOWLIST: 'acme/*' };
    server = await serve({ cwd: folder, env });
    return server;
  }

  async function until<T>(what: string, found: () => Promise<T | null | undefined | false>): Promise<T> {
    for (const deadline = performance.now() + 45_000; performance.now() < deadline; await delay(100)) {
      const answer = await found();
      if (answer !== null && answer !== undefined && answer !== false) return answer;
    }
    throw new Error(`It never came to this: ${what}.\n${[...github.journal.lines(), ...github.violations].join('\n')}`);
  }

  const triaged = (number: number) =>
    github.repository(REPO).data.comments.filter((comment) => comment.issue === number && comment.body.includes('reeve:triage'));
  const repairs = async ({ url, token }: ServeProcess) =>
    (await createApiClient({ url, token }).all<{ payload: Record<string, number> }>('/v1/ledger', { kind: 'github.reconciled' })).map(
      ({ payload }) => payload,
    );
  const ask = { title: 'Round the totals', body: 'Round the totals in `src/a.js` to whole cents.\n\n- [ ] totals are whole cents' };

  it('by a token that sees no webhooks: the issues are read, and the story begins once', async () => {
    const credential = { REEVE_GITHUB_TOKEN: github.addUser(BOT) };
    await (await start(credential)).end('SIGTERM');
    const { number } = await github.as('ada').openIssue(REPO, { ...ask, labels: ['AI-Ready'] });
    const ignored = await github.as('ada').openIssue(REPO, { title: 'Not for agents', body: 'Please leave this one alone.' });
    const again = await start(credential);
    await until('the issue is triaged', async () => triaged(number).length > 0);
    expect(await repairs(again)).toEqual([{ redelivered: 0, issues: 2 }]);
    await again.end('SIGTERM');
    const third = await start(credential);
    const client = createApiClient(third);
    await until('it waits for a person', async () => (await client.all('/v1/approvals', { status: 'pending' })).length === 1);
    expect(await repairs(third)).toHaveLength(1);
    expect(triaged(number)).toHaveLength(1);
    expect(triaged(ignored.number)).toHaveLength(0);
    expect([github.violations, github.errors]).toEqual([[], []]);
  });

  it('by an App: what could not be delivered is asked for again, and taken once', async () => {
    const app = github.addApp({ slug: 'acme-reeve' });
    app.install('acme');
    const credential = { REEVE_GITHUB_APP_ID: String(app.id), REEVE_GITHUB_PRIVATE_KEY: app.privateKey };
    const first = await start(credential);
    const { port } = new URL(first.url);
    github.deliverTo({ url: `${first.url}/webhooks/github`, secret: SECRET, app });
    await first.end('SIGTERM');
    const { number } = await github.as('ada').openIssue(REPO, { ...ask, labels: ['AI-Ready'] });
    await until('the delivery has failed', async () => github.webhooks.deliveries.some(({ state }) => state === 'sent'));
    const again = await start(credential, port);
    await until('the issue is triaged', async () => triaged(number).length > 0);
    expect((await repairs(again))[0]?.['redelivered']).toBeGreaterThan(0);
    await until('it waits for a person', async () => (await createApiClient(again).all('/v1/approvals', { status: 'pending' })).length === 1);
    await github.settled();
    expect(triaged(number)).toHaveLength(1);
    expect([github.violations, github.errors]).toEqual([[], []]);
  });
});
