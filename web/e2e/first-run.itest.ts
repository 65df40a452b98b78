import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectGoodPage, inBrowser, startConsole, type ConsoleBench } from './kit.ts';

/** A program of another author that speaks the protocol: it writes the beginning of what it is told into NOTES.md. */
const AGENT = path.resolve(import.meta.dirname, '../../test/fakes/acp-agents/another-author.mjs');

inBrowser('an empty installation', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'reeve-first-'));
  const programs = path.join(folder, 'programs');
  const repository = path.join(folder, 'mine');
  let bench: ConsoleBench;
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', ...args], { cwd: repository, encoding: 'utf8' });

  beforeAll(async () => {
    mkdirSync(programs);
    copyFileSync(AGENT, path.join(programs, 'opencode-program.mjs'));
    writeFileSync(path.join(programs, 'opencode'), `#!/bin/sh\nexec "${process.execPath}" "${path.join(programs, 'opencode-program.mjs')}"\n`);
    chmodSync(path.join(programs, 'opencode'), 0o755);
    mkdirSync(repository);
    git('init', '-q', '-b', 'main');
    writeFileSync(path.join(repository, 'package.json'), JSON.stringify({ name: 'mine', scripts: { test: 'node --version' } }));
    git('add', '.');
    git('commit', '-qm', 'Start');
    bench = await startConsole({ env: { PATH: `${programs}${path.delimiter}${process.env['PATH'] ?? ''}` } });
  }, 180_000);
  afterAll(async () => {
    await bench.end();
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
    await first.getByLabel('Check', { exact: true }).fill('test -s NOTES.md');
    await first.getByRole('button', { name: 'Take this repository' }).click();

    const second = page.getByRole('region', { name: 'An agent' });
    await second.getByRole('radio', { name: /OpenCode/ }).check();
    await second.getByRole('radio', { name: /By itself/ }).check();
    await expectGoodPage(page);
    await second.getByRole('button', { name: 'Use OpenCode' }).click();
    await second.getByText(/It answered/).waitFor({ timeout: 60_000 });
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
    await fourth.getByRole('link', { name: 'Look at it' }).click();
    await page.waitForURL(`${bench.url}/approvals/*`);
    // The page of approvals has a test of its own: here the yes is all that counts.
    const { items } = await (await bench.as('ada', 'admin')).get<{ items: Array<{ id: string; digest: string }> }>('/v1/approvals?status=pending');
    for (const { id, digest } of items) await (await bench.as('ada', 'admin')).post(`/v1/approvals/${id}/decision`, { decision: 'approve', digest });
    await page.goBack();
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
});
