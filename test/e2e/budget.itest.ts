import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { stringify } from 'yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadAppConfig } from '#app/config.ts';
import { startServer, type RunningServer } from '#app/serve.ts';
import type { Local } from '#cli/local.ts';
import { runCli } from '#cli/program.ts';
import { SYSTEM_ACTOR } from '#kernel/actor.ts';

const MINUTE_MS = 60_000;

interface Shown {
  stage: string;
  judged: number;
  agreed: number;
  action: { id: string; status: string } | null;
}

/** Money and trust as people at a terminal meet them: caps that ask, a switch that stops, stages that are left by evidence. */
describe('budget and rollout', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'reeve-budget-'));
  const repo = path.join(folder, 'repo');
  let server: RunningServer;
  const tokens: Record<string, string> = {};
  let as = 'boss';

  const git = (...args: string[]) => execFileSync('git', args, { cwd: repo, encoding: 'utf8' }).trim();

  async function reeve(...args: string[]): Promise<{ code: number; out: string; err: string }> {
    const [out, err]: [string[], string[]] = [[], []];
    const local = { version: 'test', findServer: async () => ({ url: server.url ?? '', token: tokens[as] }) } as unknown as Local;
    const code = await runCli(args, local, { out: (text) => out.push(text), err: (text) => err.push(text), interactive: false });
    return { code, out: out.join('\n'), err: err.join('\n') };
  }
  const json = async <T>(...args: string[]): Promise<T> => JSON.parse((await reeve(...args, '--json')).out) as T;

  async function api<T>(method: string, address: string, body?: unknown): Promise<T> {
    const response = await fetch(`${server.url}${address}`, {
      method,
      headers: { authorization: `Bearer ${tokens[as]}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${address}: ${response.status} ${text}`);
    return JSON.parse(text) as T;
  }

  async function until<T>(what: string, look: () => Promise<T | null>): Promise<T> {
    for (const deadline = Date.now() + MINUTE_MS; Date.now() < deadline; await delay(100)) {
      const found = await look();
      if (found !== null) return found;
    }
    const { items } = await server.modules.work.list({ limit: 50 });
    throw new Error(`It never came to this: ${what}. ${JSON.stringify(items.map((item) => [item.title, item.state, item.stateReason]))}`);
  }

  beforeAll(async () => {
    mkdirSync(repo);
    git('init', '--quiet', '-b', 'main');
    writeFileSync(path.join(repo, 'a.txt'), 'a\n');
    git('add', '.');
    git('-c', 'user.name=Dev', '-c', 'user.email=dev@example.test', 'commit', '--quiet', '-m', 'First');
    // Open network and a harness that counts nothing: each run counts as the 5 USD it may cost.
    const pen = {
      harness: 'exec',
      command: ['/bin/sh', '-c', 'echo more >> a.txt'],
      network: 'open',
      sandbox: 'none',
      limits: { cost_usd: 5 },
    };
    const project = { repo, self_approval: 'local' };
    writeFileSync(path.join(folder, 'reeve.yaml'), stringify({ agents: { pen }, roles: { coder: 'pen' }, projects: { mine: project } }));
    const env = { REEVE_DATA_DIR: path.join(folder, 'data'), REEVE_PORT: '0', REEVE_LOG_LEVEL: 'silent', REEVE_BUDGET_PROJECT_DAY_USD: '8' };
    server = await startServer(loadAppConfig(env, folder), 'all');
    const { people, access } = server.modules;
    for (const [handle, role] of [
      ['boss', 'manager'],
      ['chief', 'manager'],
      ['root', 'admin'],
      ['dev', 'developer'],
    ] as const) {
      await people.create({ handle, name: handle, role }, SYSTEM_ACTOR);
      tokens[handle] = (await access.createToken({ name: handle, role, person: handle }, SYSTEM_ACTOR)).secret;
    }
  }, 2 * MINUTE_MS);

  afterAll(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  }, MINUTE_MS);

  async function request(text: string): Promise<string> {
    const repository = await server.modules.projects.repositoryByName('path', repo);
    const { item } = await server.modules.delivery.request(
      { text, repositoryId: repository?.id ?? '', options: { target: null, agent: null, checks: [] } },
      { kind: 'person', subject: 'person:owner', role: 'admin', personId: null },
    );
    return item.id;
  }
  type Story = { endedAs: string | null; detail: string | null };
  const ended = (id: string): Promise<Story> =>
    until(`the story of ${id} ends`, async () => {
      const story = await server.modules.deliveryQueries.story(id);
      return story?.endedAs ? story : null;
    });
  const pending = (kind: string): Promise<{ id: string }> =>
    until(`${kind} is asked`, async () => (await server.modules.actions.list({ status: 'pending', kind, limit: 5 })).items[0] ?? null);
  const runs = async (): Promise<number> => (await server.modules.agents.list({ limit: 50 })).items.length;

  it(
    'a run nobody counts costs its whole reservation; at the cap the story asks and waits, a yes lets it go on, a no ends it',
    async () => {
      expect(await ended(await request('Write a line into a.txt'))).toMatchObject({ endedAs: 'landed' });
      const spent = async () =>
        (await json<{ pools: Array<{ period: string; scope: string; spent_micros: number }> }>('budget', '--project', 'mine')).pools;
      expect((await spent()).map(({ spent_micros }) => spent_micros)).toEqual([5_000_000, 5_000_000, 5_000_000]);

      const second = await request('Write another line into a.txt');
      const raise = await pending('budget.raise');
      expect(await runs()).toBe(1);
      as = 'dev';
      expect((await reeve('approvals', 'approve', raise.id)).code).toBe(1);
      as = 'boss';
      expect((await reeve('approvals', 'approve', raise.id)).code).toBe(0);
      expect(await ended(second)).toMatchObject({ endedAs: 'landed' });
      expect((await reeve('budget', '--project', 'mine')).out).toMatch(/per day +12\.00 +10\.00 +0\.00 +2\.00/);

      const third = await request('Write a third line into a.txt');
      const again = await pending('budget.raise');
      expect((await reeve('approvals', 'decline', again.id, '--reason', 'Enough for today')).code).toBe(0);
      expect((await ended(third)).detail).toContain('it was decided not to raise it: Enough for today');
      expect(await runs()).toBe(2);
      expect((await reeve('budget', '--history')).out).toMatch(/10\.00 +0\.00 +2 +0 +2$/m);
    },
    3 * MINUTE_MS,
  );

  it(
    'a stop holds back what was asked for, and a resume lets it go; raising a cap for good needs another person',
    async () => {
      const asked = await json<{ action: { id: string } }>('budget', 'cap', '100', '--of', 'mine', '--period', 'day');
      expect((await reeve('approvals', 'approve', asked.action.id)).code).toBe(1);
      as = 'chief';
      expect((await reeve('approvals', 'approve', asked.action.id)).code).toBe(0);
      as = 'boss';
      await until('the cap is raised', async () => ((await reeve('budget', '--project', 'mine')).out.includes('100.00') ? true : null));

      expect((await reeve('budget', 'stop', '--reason', 'The bill looks odd')).code).toBe(0);
      const id = await request('Write a fourth line into a.txt');
      await until('the story waits for the switch', async () => {
        const waits = await server.modules.planning.plansOf(id);
        return waits.some((plan) => plan.state === 'approved') ? true : null;
      });
      await delay(1500);
      expect(await runs()).toBe(2);
      expect((await reeve('budget')).out).toContain('STOPPED by person:boss: The bill looks odd');
      await reeve('budget', 'resume');
      expect(await ended(id)).toMatchObject({ endedAs: 'landed' });
      expect((await reeve('budget', 'cap', '1', '--of', 'mine', '--period', 'day')).out).toBe('The cap is 1.00 USD now.');
    },
    2 * MINUTE_MS,
  );

  const NAME = 'acme/shop';
  const issueOf = (number: number) => server.modules.local.tracker.issue({ forge: 'local', name: NAME }, number);

  it(
    'a project in shadow decides everything and does nothing; what people then do is the evidence; an override takes two people',
    async () => {
      as = 'root';
      const project = await api<{ id: string }>('POST', '/v1/projects', { key: 'shop', name: 'Shop' });
      await api('POST', '/v1/local/repositories', { project_id: project.id, name: NAME, files: { 'src/cart.js': 'export const total = 1;\n' } });
      as = 'boss';
      expect((await json<Shown>('rollout', 'set', '--project', 'shop', '--stage', 'shadow')).stage).toBe('shadow');
      as = 'root';
      const { number } = await api<{ number: number }>('POST', '/v1/local/issues', {
        repository: NAME,
        title: 'Fix the wrong total of the cart in src/cart.js',
        body: 'Steps to reproduce: put two things into the cart. Expected: 2. Actual: 1. In src/cart.js.',
        labels: ['AI-Ready'],
        author: 'ann',
      });
      const before = await issueOf(number);
      const item = await until(
        'the issue is known',
        async () => (await server.modules.work.list({ projectId: project.id, limit: 5 })).items[0] ?? null,
      );
      expect(await ended(item.id)).toMatchObject({ endedAs: 'left_to_people' });

      const { items } = await server.modules.actions.list({ projectId: project.id, limit: 50 });
      expect(items.length).toBeGreaterThan(2);
      expect(new Set(items.map(({ status }) => status))).toEqual(new Set(['shadowed']));
      expect(await issueOf(number)).toEqual(before);
      expect(await api<{ items: unknown[] }>('GET', `/v1/local/repositories/${NAME}/issues/${number}/comments`)).toMatchObject({ items: [] });

      const { items: noted } = await until('the decisions are kept', async () => {
        const page = await server.modules.rollout.decisions({ projectId: project.id, limit: 20 });
        return page.items.some(({ kind }) => kind === 'plan.approve') ? page : null;
      });
      expect(noted.map(({ kind, verdict }) => `${kind} ${verdict}`).toSorted()).toContain('plan.approve open');
      await api('POST', `/v1/local/repositories/${NAME}/issues/${number}/state`, { state: 'closed', reason: 'completed', author: 'ann' });
      as = 'boss';
      const shown = await until('people closed it', async () => {
        const view = await json<Shown>('rollout', 'show', '--project', 'shop');
        return view.judged === noted.length ? view : null;
      });
      expect(shown.agreed).toBeGreaterThan(0);

      const refused = await reeve('rollout', 'advance', '--project', 'shop');
      expect(refused.code).toBeGreaterThan(0);
      expect(refused.err).toMatch(/decisions: \d+ of 20 judged ones; days: 0 of 7 in this stage/);
      const { action } = await json<Shown>('rollout', 'advance', '--project', 'shop', '--override', 'The pilot ends this week');
      const id = action?.id ?? '';
      expect((await reeve('approvals', 'approve', id)).code).toBe(1);
      as = 'chief';
      await reeve('approvals', 'approve', id);
      expect((await json<Shown>('rollout', 'show', '--project', 'shop')).stage).toBe('shadow');
      as = 'root';
      await reeve('approvals', 'approve', id);
      await until('the stage is the next', async () =>
        (await json<Shown>('rollout', 'show', '--project', 'shop')).stage === 'non_critical' ? true : null,
      );
      expect((await reeve('rollout', 'set', '--project', 'shop', '--stage', 'core')).code).toBeGreaterThan(0);
      const paths = (...named: string[]) => named.flatMap((name) => ['--core-path', name]);
      await json('rollout', 'set', '--project', 'shop', '--stage', 'non_critical', ...paths('src/pay/**'));
      await json('rollout', 'set', '--project', 'shop', '--stage', 'non_critical', ...paths('src/pay/**', 'src/tax/**'));
      const narrower = await reeve('rollout', 'set', '--project', 'shop', '--stage', 'non_critical', ...paths('src/tax/**'));
      expect(narrower).toMatchObject({ code: 1, err: expect.stringContaining('src/pay/** would be let go') });
      expect((await json<Shown>('rollout', 'rollback', '--project', 'shop', '--reason', 'Odd results')).stage).toBe('shadow');
    },
    2 * MINUTE_MS,
  );

  it(
    'two bots that trigger each other get three stories, and people the rest',
    async () => {
      as = 'root';
      const { number } = await api<{ number: number }>('POST', '/v1/local/issues', {
        repository: NAME,
        title: 'Translate the greeting in docs/welcome.md',
        body: 'Say hello in French at the top of docs/welcome.md. Acceptance: the first line reads Bonjour.',
        labels: ['AI-Ready'],
        author: 'ping-bot',
      });
      const item = await until(
        'the issue is known',
        async () => (await server.modules.work.list({ limit: 50 })).items.find((one) => one.number === number && one.source === 'local') ?? null,
      );
      const state = (to: 'open' | 'closed', author: string) =>
        api('POST', `/v1/local/repositories/${NAME}/issues/${number}/state`, { state: to, reason: 'not_planned', author });
      for (let hop = 0; hop < 6; hop += 1) {
        await until('the story ended, or none began', async () => ((await server.modules.deliveryQueries.story(item.id))?.endedAs ? true : null));
        await state('closed', 'pong-bot');
        await until('it is closed', async () => ((await server.modules.work.get(item.id))?.state === 'declined' ? true : null));
        await state('open', 'ping-bot');
        await until('it is open', async () => ((await server.modules.work.get(item.id))?.state === 'declined' ? null : true));
        await delay(300);
      }
      expect((await server.modules.deliveryQueries.story(item.id))?.generation).toBe(3);
      const { items } = await server.modules.ledger.list({ limit: 200, subject: item.id });
      expect(items.map(({ kind }) => kind)).toContain('story.chain_stopped');
    },
    2 * MINUTE_MS,
  );
});
