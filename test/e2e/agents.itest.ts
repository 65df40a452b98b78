// oxlint-disable unicorn/no-thenable -- if/then/else are the words of the demo agent's data
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadAppConfig } from '#app/config.ts';
import { startServer, type RunningServer } from '#app/serve.ts';
import { createApiClient, type ApiClient } from '#cli/api/client.ts';
import { SYSTEM_ACTOR } from '#kernel/actor.ts';
import type { WorkItem } from '#modules/work/index.ts';

const root = path.resolve(import.meta.dirname, '../..');

interface TaskBody {
  id: string;
  key: string;
  role: string;
  state: string;
  assignee: string | null;
  assignment: { reason: string; candidates: Array<{ who: string; score: number | null }>; accountable: { who: string } | null } | null;
}
interface JobBody {
  id: string;
  role: string;
  agent: string;
  state: string;
  branch: string;
  change_request_id: string | null;
}

describe('agents and people on one story', () => {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'reeve-team-')));
  const addressFile = path.join(folder, 'address');
  let server: RunningServer;
  let admin: ApiClient;
  let dana: ApiClient;

  const repo = (name: string): string => path.join(folder, name);
  const git = (name: string, ...args: string[]): string => execFileSync('git', args, { cwd: repo(name), encoding: 'utf8' }).trim();

  function makeRepository(name: string): string {
    mkdirSync(path.join(repo(name), 'src'), { recursive: true });
    mkdirSync(path.join(repo(name), 'test'));
    writeFileSync(path.join(repo(name), 'src/cart.js'), 'export const total = 0;\n');
    writeFileSync(path.join(repo(name), 'test/cart.test.js'), '// none yet\n');
    git(name, 'init', '--quiet', '-b', 'main');
    git(name, 'add', '.');
    git(name, '-c', 'user.name=Dev', '-c', 'user.email=dev@example.test', 'commit', '--quiet', '-m', 'First');
    return repo(name);
  }

  /** The demo's ACP agent doing `steps` for whatever it is asked. */
  function scripted(name: string, steps: readonly object[]): object {
    const file = path.join(folder, `${name}.json`);
    writeFileSync(file, JSON.stringify({ skills: [], otherwise: steps }));
    return { command: [process.execPath, path.join(root, 'src/demo/agent.ts'), '--skills', file], sandbox: 'none', skills: ['javascript'] };
  }

  beforeAll(async () => {
    const project = (name: string, more: object = {}) => ({ repo: makeRepository(name), self_approval: 'local', sandbox: 'none', ...more });
    const config = {
      agents: {
        coder: scripted('coder', [{ write: 'src/hello.js', content: 'export const hello = 1;\n' }]),
        tests: scripted('tests', [
          {
            if: { promptHas: 'src/hello.js' },
            then: [{ write: 'test/hello.test.js', content: '// tests hello\n' }],
            else: [{ say: 'Everything is tested.' }],
          },
        ]),
        idler: scripted('idler', [{ say: 'There is a test for all of it.' }]),
        own: {
          command: [process.execPath, path.join(root, 'test/fakes/acp-agents/own-submission.mjs'), addressFile],
          sandbox: 'none',
          network: 'open',
        },
        asker: scripted('asker', [
          { callTool: 'ask_human', arguments: { question: 'Which greeting?', choices: ['Hello', 'Moin'] } },
          { write: 'src/hello.js', content: '// greeted\n' },
        ]),
      },
      roles: { coder: 'coder' },
      projects: {
        tested: project('tested', { roles: { tester: 'tests' } }),
        complete: project('complete', { roles: { tester: 'idler' } }),
        mixed: project('mixed', { assign: 'anyone' }),
        asking: project('asking', { roles: { coder: 'asker' } }),
        own: project('own', { roles: { coder: 'own' } }),
        again: project('again', { roles: { coder: 'idler' } }),
      },
      people: [{ handle: 'dana', name: 'Dana', skills: ['javascript', 'cart'], owns: ['src/**'], role: 'developer' }],
    };
    writeFileSync(path.join(folder, 'reeve.yaml'), JSON.stringify(config));
    const env = { REEVE_DATA_DIR: path.join(folder, 'data'), REEVE_PORT: '0', REEVE_LOG_LEVEL: 'silent', PATH: process.env['PATH'] ?? '' };
    server = await startServer(loadAppConfig(env, folder), 'all');
    const token = async (person: string, role: 'admin' | 'developer') =>
      (await server.modules.access.createToken({ name: person, role, person }, SYSTEM_ACTOR)).secret;
    writeFileSync(addressFile, server.url ?? '');
    admin = createApiClient({ url: server.url ?? '', token: await token('owner', 'admin') });
    dana = createApiClient({ url: server.url ?? '', token: await token('dana', 'developer') });
  });
  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function request(name: string, text: string): Promise<WorkItem> {
    const repository = await server.modules.projects.repositoryByName('path', repo(name));
    const by = { kind: 'person', subject: 'person:owner', role: 'admin', personId: null } as const;
    const options = { target: null, agent: null, checks: [] };
    return (await server.modules.delivery.request({ text, repositoryId: repository?.id ?? '', options }, by)).item;
  }

  async function tasksOf(item: WorkItem): Promise<TaskBody[]> {
    const tasks = await admin.all<TaskBody>('/v1/tasks', { work_item_id: item.id });
    return tasks.sort((left, right) => left.key.localeCompare(right.key));
  }
  const jobsOf = (item: WorkItem) => admin.all<JobBody>('/v1/jobs', { work_item_id: item.id });

  async function until<T>(look: () => Promise<T>, holds: (seen: T) => boolean): Promise<T> {
    for (let tries = 0; ; tries += 1) {
      const seen = await look();
      if (holds(seen)) return seen;
      if (tries > 300) throw new Error(`It did not come to that: ${JSON.stringify(seen)}`);
      await sleep(200);
    }
  }

  const ended = (item: WorkItem) =>
    until(
      () => admin.get<{ state: string; state_reason: string | null }>(`/v1/issues/${item.id}`),
      ({ state }) => ['merged', 'failed', 'declined'].includes(state),
    );

  it('a configured tester works after the coder, on a branch of its own, and what it writes lands', { timeout: 120_000 }, async () => {
    const item = await request('tested', 'Write src/hello.js with a constant hello that others can import.');
    expect(await ended(item)).toMatchObject({ state: 'merged' });
    expect((await tasksOf(item)).map(({ role, assignee, state }) => [role, assignee, state])).toEqual([
      ['coder', 'agent:coder', 'landed'],
      ['tester', 'agent:tests', 'landed'],
    ]);
    const jobs = await jobsOf(item);
    expect(jobs.map(({ role, agent, state }) => [role, agent, state])).toEqual([
      ['tester', 'tests', 'succeeded'],
      ['coder', 'coder', 'succeeded'],
    ]);
    expect(new Set(jobs.map(({ branch }) => branch)).size).toBe(2);
    const branch = item.targetBranch ?? '';
    expect(git('tested', 'ls-tree', '-r', '--name-only', branch).split('\n')).toEqual(expect.arrayContaining(['src/hello.js', 'test/hello.test.js']));
  });

  it('a tester that finds nothing to add does not hold the work up', { timeout: 120_000 }, async () => {
    const item = await request('complete', 'Write src/hello.js with a constant hello that others can import.');
    expect(await ended(item)).toMatchObject({ state: 'merged' });
    expect((await tasksOf(item)).map(({ role, state }) => [role, state])).toEqual([
      ['coder', 'landed'],
      ['tester', 'landed'],
    ]);
    expect((await jobsOf(item)).find(({ role }) => role === 'tester')).toMatchObject({ state: 'succeeded', change_request_id: null });
  });

  it(
    'where anyone may do it, the person who fits best gets the task, and the story waits for their change request',
    { timeout: 120_000 },
    async () => {
      const item = await request('mixed', 'Change src/cart.js so that the cart total of an empty cart is null.');
      const [task] = await until(
        () => tasksOf(item),
        ([first]) => first?.state === 'ready' && first.assignee !== null,
      );
      expect(task).toMatchObject({ assignee: 'person:dana', assignment: { accountable: { who: 'person:dana' } } });
      expect(task?.assignment?.reason).toMatch(/^person:dana with [\d.]+ of 100, ahead of agent:/);
      expect(task?.assignment?.candidates.map(({ who }) => who)).toEqual(expect.arrayContaining(['person:dana', 'agent:coder']));
      const base = git('mixed', 'rev-parse', 'main');
      const entry = await dana.post<{ id: string; submitted_by: string }>('/v1/change-requests', {
        version: 1,
        task_id: task?.id,
        attempt: 1,
        repo: repo('mixed'),
        target: item.targetBranch,
        base,
        summary: 'An empty cart has no total',
        intent: { scope: ['src/cart.js'] },
        changes: [
          { op: 'modify', path: 'src/cart.js', base_blob: git('mixed', 'rev-parse', 'main:src/cart.js'), content: 'export const total = null;\n' },
        ],
      });
      expect(entry.submitted_by).toBe('person:dana');
      expect(await ended(item)).toMatchObject({ state: 'merged' });
      expect(await jobsOf(item)).toEqual([]);
      expect(git('mixed', 'show', `${item.targetBranch ?? ''}:src/cart.js`)).toBe('export const total = null;');
    },
  );

  it("a person's task that is given to an agent is done by the agent", { timeout: 120_000 }, async () => {
    const item = await request('mixed', 'Write src/hello.js with a constant hello that others can import.');
    const [task] = await until(
      () => tasksOf(item),
      ([first]) => first?.state === 'ready' && first.assignee === 'person:dana',
    );
    const change = (assignee: string) => admin.patch<TaskBody>(`/v1/tasks/${task?.id ?? ''}`, { assignee });
    await expect(change('person:nobody-there')).rejects.toMatchObject({ code: 'assignee_unknown' });
    expect(await change('agent:coder')).toMatchObject({ assignment: { reason: 'Chosen by person:owner.', accountable: { who: 'person:dana' } } });
    expect(await ended(item)).toMatchObject({ state: 'merged' });
    expect((await jobsOf(item)).map(({ agent, state }) => [agent, state])).toEqual([['coder', 'succeeded']]);
  });

  it('a question of an agent is shown to people and answered over HTTP, and the agent goes on', { timeout: 120_000 }, async () => {
    const item = await request('asking', 'Write src/hello.js with a greeting that others can import.');
    const waiting = () =>
      dana.all<{ id: string; job_id: string; task_id: string; question: string; choices: string[] }>('/v1/questions', { state: 'waiting' });
    const [question] = await until(waiting, (found) => found.length > 0);
    expect(question).toMatchObject({ question: 'Which greeting?', choices: ['Hello', 'Moin'], task_id: (await tasksOf(item))[0]?.id });
    const answered = await dana.post(`/v1/questions/${question?.id ?? ''}/answer`, { answer: 'Moin' });
    expect(answered).toMatchObject({ state: 'answered', answer: 'Moin', answered_by: 'person:dana', job_id: (await jobsOf(item))[0]?.id });
    expect(await waiting()).toEqual([]);
    expect(await ended(item)).toMatchObject({ state: 'merged' });
    const recorded = await admin.all<{ kind: string; actor: string }>('/v1/ledger', { work_item: item.id });
    expect(recorded.filter(({ kind }) => kind.startsWith('question.')).map(({ kind, actor }) => [kind, actor])).toEqual([
      ['question.asked', 'agent:asker'],
      ['question.answered', 'person:dana'],
    ]);
  });

  it(
    'a task that failed is begun again by hand, with an agent that is named; a run whose dispatch is refused does not stay',
    { timeout: 120_000 },
    async () => {
      const items = [
        await request('again', 'Write src/hello.js with a constant hello.'),
        await request('again', 'Write src/bye.js with a constant bye.'),
      ];
      const tasks: TaskBody[] = [];
      for (const item of items) {
        expect(await ended(item)).toMatchObject({ state: 'failed' });
        tasks.push(...(await tasksOf(item)));
      }
      expect(tasks.map(({ state, assignee }) => [state, assignee])).toEqual([
        ['failed', 'agent:idler'],
        ['failed', 'agent:idler'],
      ]);
      const [first, second] = tasks.map(({ id }) => id);
      const job = (id: string) => admin.get<JobBody>(`/v1/jobs/${id}`);
      await expect(dana.post('/start-job', { task_id: first, agent: 'coder' })).rejects.toMatchObject({ code: 'maintainer_needed' });
      const begun = await admin.post<JobBody>('/start-job', { task_id: first, agent: 'coder' });
      expect(begun).toMatchObject({ agent: 'coder', state: 'queued' });
      await until(
        () => admin.get<TaskBody>(`/v1/tasks/${first ?? ''}`),
        ({ state }) => state === 'landed',
      );
      expect(await job(begun.id)).toMatchObject({ state: 'succeeded' });

      const projectId = items[0]?.projectId ?? '';
      await admin.post(`/v1/projects/${projectId}/rollout`, { do: 'rollback', reason: 'Odd results' });
      const refused = await dana.post<JobBody>('/start-job', { task_id: second });
      await until(
        () => job(refused.id),
        ({ state }) => state === 'cancelled',
      );
      expect((await dana.post<JobBody>('/start-job', { task_id: second })).id).not.toBe(refused.id);
    },
  );

  it("an agent sends the change request of its own task with its run's token, and no other", { timeout: 120_000 }, async () => {
    const item = await request('own', 'Write src/own.json with what the agent was answered.');
    expect(await ended(item)).toMatchObject({ state: 'merged' });
    expect(JSON.parse(git('own', 'show', `${item.targetBranch ?? ''}:src/own.json`))).toEqual({
      own_run: 200,
      other_run: 404,
      list: 403,
      other_task: 404,
      other_target: 403,
      other_attempt: 403,
      answer: 403,
    });
    const [job] = await jobsOf(item);
    expect(job).toMatchObject({ agent: 'own', state: 'succeeded' });
    expect(await admin.get(`/v1/change-requests/${job?.change_request_id ?? ''}`)).toMatchObject({ submitted_by: 'agent:own', state: 'landed' });
  });
});
