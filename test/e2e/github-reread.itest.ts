import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createApiClient } from '#cli/api/client.ts';
import { startFakeGithub, type FakeGithub } from '../fakes/github/index.ts';
import { runReeve, serve, type ServeProcess } from '../kit/reeve.ts';

/*
 * No webhook arrives at all: what people do on GitHub is found by holding its state against what Reeve has, and told in the ledger.
 */
const MINUTE_MS = 60_000;
const REPO = 'acme/shop';
const BOT = 'reeve-machine';

interface Issue {
  id: string;
  number: number;
  state: string;
  labels: string[];
  title: string;
  requested_by: string | null;
}

describe('what GitHub shows is held against what is known', { timeout: 3 * MINUTE_MS }, () => {
  let folder: string;
  let github: FakeGithub;
  let server: ServeProcess | null = null;
  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'reeve-reread-'));
    github = await startFakeGithub();
    const collaborators = { [BOT]: 'write', ada: 'write', mia: 'maintain' } as const;
    await github.addRepository({ owner: 'acme', name: 'shop', files: { 'src/a.js': '1\n' }, collaborators });
    const people = ['ada', 'mia'].map((handle) => ({
      handle,
      name: handle,
      role: 'maintainer',
    }));
    writeFileSync(path.join(folder, 'reeve.yaml'), JSON.stringify({ people, projects: { shop: { repo: REPO, forge: 'github', ci: 'none' } } }));
    server = null;
  }, MINUTE_MS);
  afterEach(async () => {
    await server?.end('SIGTERM');
    await github?.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }, MINUTE_MS);

  async function start(): Promise<ServeProcess> {
    const addresses = { REEVE_GITHUB_API_URL: github.apiUrl, REEVE_GITHUB_GIT_URL: github.gitUrlTemplate, REEVE_GITHUB_WRITE_INTERVAL_MS: '0' };
    const env = { ...addresses, REEVE_GITHUB_TOKEN: github.addUser(BOT), REEVE_PORT: '0', REEVE_REPO_ALLOWLIST: REPO };
    server = await serve({ cwd: folder, env });
    return server;
  }

  /** Ada and Mia go by the same names there. */
  async function link({ url, token }: ServeProcess): Promise<void> {
    const client = createApiClient({ url, token });
    for (const { id, handle } of await client.all<{ id: string; handle: string }>('/v1/people'))
      if (handle === 'ada' || handle === 'mia') await client.post('/v1/identities', { source: 'github', external_id: handle, person_id: id });
  }

  async function until<T>(what: string, found: () => Promise<T | null | undefined | false>): Promise<T> {
    for (const deadline = performance.now() + 45_000; performance.now() < deadline; await delay(100)) {
      const answer = await found();
      if (answer !== null && answer !== undefined && answer !== false) return answer;
    }
    throw new Error(`It never came to this: ${what}.\n${[...github.journal.lines(), ...github.violations].join('\n')}`);
  }

  it('opened, edited, closed, handed over and taken back: each repaired once, named in the ledger', async () => {
    const ada = github.as('ada');
    const [plain, closing] = [
      await ada.openIssue(REPO, { title: 'Plain', body: 'Words.' }),
      await ada.openIssue(REPO, { title: 'Closing', body: 'Words.' }),
    ];
    const running = await start();
    await link(running);
    const client = createApiClient(running);
    const issues = async () => new Map((await client.all<Issue>('/v1/issues')).map((issue) => [issue.number, issue]));
    await until('both are known', async () => (await issues()).size === 2);

    await ada.edit(REPO, plain.number, { title: 'Plain words' });
    await github.as('mia').close(REPO, closing.number, 'not_planned');
    const handed = await ada.openIssue(REPO, {
      title: 'Round the totals',
      body: 'Round the totals in `src/a.js` to whole cents.\n\n- [ ] whole cents',
    });
    await github.as('mia').label(REPO, handed.number, 'AI-Ready');
    await delay(1100);

    const first = await runReeve(['connect', 'github', '--reread', '--json'], { cwd: folder });
    const [told] = JSON.parse(first.stdout) as Array<{
      repository: string;
      repaired: Array<{ number: number; what: string }>;
      looked: { issues: number };
    }>;
    expect([first.code, told?.looked.issues]).toEqual([0, 2]);
    expect(told?.repaired.map(({ number, what }) => `${number} ${what}`).toSorted()).toEqual(
      [`${plain.number} edited`, `${closing.number} closed`, `${handed.number} opened`].toSorted(),
    );
    await until('Reeve has it as GitHub shows it', async () => {
      const now = await issues();
      return now.get(plain.number)?.title === 'Plain words' && now.get(closing.number)?.state === 'declined' && now.has(handed.number);
    });
    // Ada wrote it, Mia handed it over: Mia asked for the work.
    await until('the story began for who set the label', async () => (await issues()).get(handed.number)?.requested_by === 'mia');
    const entries = await client.all<{ payload: { what: string[] } }>('/v1/ledger', { kind: 'github.reread' });
    expect(entries.flatMap(({ payload }) => payload.what)).toHaveLength(3);

    await until('it waits for a person', async () => (await client.all('/v1/approvals', { status: 'pending' })).length === 1);
    await github.as('mia').unlabel(REPO, handed.number, 'AI-Ready');
    await delay(1100);
    const second = await runReeve(['connect', 'github', '--reread'], { cwd: folder });
    expect(second.stdout).toContain(`issue #${handed.number}: ready label removed`);
    await until('the story was taken back', async () => (await issues()).get(handed.number)?.state === 'declined');
    const third = await runReeve(['connect', 'github', '--reread'], { cwd: folder });
    expect(third.stdout).toContain('0 repaired');
    expect([github.violations, github.errors]).toEqual([[], []]);
  });

  it('who handed an issue over and is not shown: its author counts as who asked, and the ledger says so', async () => {
    const before = await start();
    await link(before);
    await before.end('SIGTERM');
    const { number } = await github.as('ada').openIssue(REPO, { title: 'Totals', body: 'Round the totals in `src/a.js`.\n\n- [ ] whole cents' });
    await github.as('mia').label(REPO, number, 'AI-Ready');
    github.faults.arm({ method: 'GET', path: /\/issues\/\d+\/events$/, times: Infinity, do: { kind: 'status', status: 403 } });
    const client = createApiClient(await start());
    await until('the story began for its author', async () => (await client.all<Issue>('/v1/issues'))[0]?.requested_by === 'ada');
    const [entry] = await client.all<{ payload: { unknown_requesters: string[] } }>('/v1/ledger', { kind: 'github.reconciled' });
    expect(entry?.payload.unknown_requesters).toEqual([`${REPO}#${number}`]);
  });
});
