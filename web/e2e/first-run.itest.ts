import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startFakeGithub, type FakeApp, type FakeGithub } from '../../test/fakes/github/index.ts';
import { expectGoodPage, inBrowser, startConsole, type ConsoleBench } from './kit.ts';

/** A program of another author that speaks the protocol: it writes the beginning of what it is told into NOTES.md. */
const AGENT = path.resolve(import.meta.dirname, '../../test/fakes/acp-agents/another-author.mjs');

inBrowser('an empty installation', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'reeve-first-'));
  const programs = path.join(folder, 'programs');
  const repository = path.join(folder, 'mine');
  let bench: ConsoleBench;
  let github: FakeGithub;
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', ...args], { cwd: repository, encoding: 'utf8' });

  beforeAll(async () => {
    mkdirSync(programs);
    copyFileSync(AGENT, path.join(programs, 'opencode-program.mjs'));
    writeFileSync(path.join(programs, 'opencode'), `#!/bin/sh\nexec "${process.execPath}" "${path.join(programs, 'opencode-program.mjs')}"\n`);
    chmodSync(path.join(programs, 'opencode'), 0o755);
    writeFileSync(path.join(programs, 'gemini'), '#!/bin/sh\necho "Please log in first." >&2\nexit 1\n');
    chmodSync(path.join(programs, 'gemini'), 0o755);
    mkdirSync(repository);
    git('init', '-q', '-b', 'main');
    writeFileSync(path.join(repository, 'package.json'), JSON.stringify({ name: 'mine', scripts: { test: 'node --version' } }));
    git('add', '.');
    git('commit', '-qm', 'Start');
    git('branch', 'older');
    github = await startFakeGithub();
    await github.addRepository({ owner: 'acme', name: 'shop', files: { 'a.txt': '1\n' }, defaultBranch: 'trunk' });
    bench = await startConsole({
      env: {
        PATH: `${programs}${path.delimiter}${process.env['PATH'] ?? ''}`,
        REEVE_GITHUB_API_URL: github.apiUrl,
        REEVE_GITHUB_GIT_URL: github.gitUrlTemplate,
      },
    });
  }, 180_000);
  afterAll(async () => {
    await bench.end();
    await github.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is no place for somebody who may not set it up, and says who may', async () => {
    const page = await bench.open('dora', 'developer', { at: '/welcome' });
    await page.getByText('An admin sets this up').waitFor();
  });

  it('leads an admin by the hand from nothing to a first change that landed, without a file being written by hand', async () => {
    const page = await bench.open('ada', 'admin');
    await page.getByRole('link', { name: 'Set it up' }).click();

    const first = page.getByRole('region', { name: 'A repository' });
    await first.getByLabel('A folder on this machine').fill('/nowhere/at/all');
    await first.getByRole('button', { name: 'Look into it' }).click();
    await first.getByRole('alert').waitFor();
    await first.getByLabel('A folder on this machine').fill(repository);
    await first.getByRole('button', { name: 'Look into it' }).click();
    await expect.poll(() => first.getByLabel('Check', { exact: true }).inputValue()).toBe('npm test');
    await expectGoodPage(page);
    expect(await first.getByLabel('Main branch').inputValue()).toBe('main');
    await first.getByLabel('Check', { exact: true }).fill('test -s NOTES.md');
    await first.getByRole('button', { name: 'Take this repository' }).click();

    const second = page.getByRole('region', { name: 'An agent' });
    // One that cannot work is no agent yet, says what to do, and is taken out again.
    await second.getByRole('radio', { name: /Gemini/ }).check();
    await second.getByRole('radio', { name: /By itself/ }).check();
    await second.getByRole('button', { name: /^Use Gemini/ }).click();
    await second.getByText(/started it inside a sandbox/).waitFor({ timeout: 60_000 });
    await second.getByText('cannot work yet', { exact: true }).waitFor();
    await expect.poll(() => second.getByText('Done', { exact: true }).count()).toBe(0);
    await expectGoodPage(page);
    await second.getByRole('button', { name: 'Take it out: gemini' }).click();
    await second.getByText('cannot work yet', { exact: true }).waitFor({ state: 'detached' });

    await second.getByRole('radio', { name: /OpenCode/ }).check();
    await second.getByRole('radio', { name: /By itself/ }).check();
    await expectGoodPage(page);
    await second.getByRole('button', { name: 'Use OpenCode' }).click();
    await second.getByText(/It answered/).waitFor({ timeout: 60_000 });
    await second.getByText('Done', { exact: true }).waitFor();
    await second.getByRole('button', { name: 'Go on' }).click();

    const third = page.getByRole('region', { name: 'A look at the machine' });
    await third.getByRole('button', { name: 'Look now' }).click();
    await third.getByText('Everything Reeve needs works.').waitFor({ timeout: 60_000 });
    await expectGoodPage(page);
    await third.getByRole('button', { name: 'Go on' }).click();

    const fourth = page.getByRole('region', { name: 'A first request' });
    await fourth.getByRole('button', { name: 'Start' }).click();
    await fourth.getByText('The plan waits for your yes.').waitFor({ timeout: 60_000 });
    await expectGoodPage(page);
    const [beside] = await Promise.all([page.waitForEvent('popup'), fourth.getByRole('link', { name: /^Look at it/ }).click()]);
    await beside.waitForURL(`${bench.url}/approvals/*`);
    await beside.close();
    // It is found again from anywhere, for as long as nothing has landed.
    await page.goto(bench.url);
    await page.getByText('3 of 4 first steps are done.').waitFor();
    await page.getByRole('link', { name: 'Go on' }).click();
    await fourth.getByText('The plan waits for your yes.').waitFor();
    // The page of approvals has a test of its own: here the yes is all that counts.
    const { items } = await (await bench.as('ada', 'admin')).get<{ items: Array<{ id: string; digest: string }> }>('/v1/approvals?status=pending');
    expect(items).toHaveLength(1);
    expect(JSON.stringify(items)).toContain('NOTES.md');
    expect(JSON.stringify(items)).not.toContain('any file');
    for (const { id, digest } of items) await (await bench.as('ada', 'admin')).post(`/v1/approvals/${id}/decision`, { decision: 'approve', digest });
    await page.getByText('Your first change has landed').waitFor({ timeout: 60_000 });
    await expectGoodPage(page);

    // It is said once the branch is where the person looks.
    const branch = git('branch', '--list', 'reeve/*', '--format', '%(refname:short)').trim();
    expect(git('show', `${branch}:NOTES.md`)).not.toBe('');
    expect(git('status', '--porcelain')).toBe('');
    await page.goto(bench.url);
    await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
    await page.getByRole('region', { name: 'First steps' }).waitFor({ state: 'detached' });
  }, 240_000);

  it('keeps the agent that was added over a restart', async () => {
    await bench.restart();
    const { items } = await bench.api.get<{ items: Array<{ name: string; roles: string[] }> }>('/v1/agents');
    expect(items).toMatchObject([{ name: 'opencode', roles: ['coder', 'reviewer'] }]);
  });

  it('is connected to GitHub from the browser: a button, the page of GitHub, a word whose App it is, and a repository', async () => {
    const page = await bench.open('ada', 'admin', { at: '/settings/connections' });
    const made: FakeApp[] = [];
    // GitHub's page: shows what it was sent, and its button leads back with a code.
    await page.route(
      ({ pathname }) => pathname.endsWith('/settings/apps/new'),
      async (route) => {
        const manifest = JSON.parse(new URLSearchParams(route.request().postData() ?? '').get('manifest') ?? '') as { redirect_url: string };
        const { code, app } = github.acceptManifest(manifest as never, 'ada');
        made.push(app);
        const back = new URL(manifest.redirect_url);
        back.search = new URLSearchParams({ code, state: new URL(route.request().url()).searchParams.get('state') ?? '' }).toString();
        await route.fulfill({ contentType: 'text/html', body: `<a href="${back.href.replaceAll('&', '&amp;')}">Create GitHub App for ada</a>` });
      },
    );
    await page.getByRole('link', { name: 'Connect it' }).click();
    await page.getByText('npx reeve connect github', { exact: true }).waitFor();
    await expectGoodPage(page);
    await page.getByRole('button', { name: 'Make the GitHub App' }).click();
    await page.getByRole('button', { name: 'Create the GitHub App' }).click();
    await page.getByRole('link', { name: 'Create GitHub App for ada' }).click();
    await page.getByRole('link', { name: 'Confirm it in the console' }).click();

    const waiting = page.getByRole('region', { name: 'An App waits for you' });
    await waiting.waitFor();
    await expectGoodPage(page);
    await waiting.getByRole('button', { name: 'The account is mine: use it' }).click();
    await page.getByRole('link', { name: 'Install it at GitHub' }).waitFor();
    expect(made).toHaveLength(1);
    made[0]?.install('acme');
    await page.getByRole('button', { name: 'Let Reeve work there: acme/shop' }).click();
    await page.getByText('Reeve works there', { exact: true }).waitFor();
    await expectGoodPage(page);
    await page.getByRole('link', { name: 'Go on with the first steps' }).click();
    await page.waitForURL(`${bench.url}/welcome`);
    const { items } = await bench.api.get<{ items: unknown[] }>('/v1/repositories');
    expect(items).toContainEqual(expect.objectContaining({ forge: 'github', name: 'acme/shop', default_branch: 'trunk', allowlisted: true }));
    await page.goto(`${bench.url}/settings/connections`);
    await page.getByRole('link', { name: 'Its repositories' }).waitFor();
  });
});
