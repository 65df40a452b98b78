import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createApiClient, type ApiClient } from '#cli/api/client.ts';
import type { ApprovalBody } from '#cli/commands/approvals.ts';
import { approvePending } from '#cli/story.ts';
import { SAMPLE_ISSUES, SAMPLE_PEOPLE } from '#demo/issues.ts';
import { install, REPOSITORY, type Installation } from '../chaos/installation.ts';
import type { ServerProcess } from '../chaos/server.ts';
import { living } from '../kit/processes.ts';
import { LONG } from '../kit/long.ts';

const MINUTE_MS = 60_000;
const BIN = path.resolve(import.meta.dirname, '../../bin/reeve.js');
const LOCAL = `/v1/local/repositories/${REPOSITORY}`;

interface IssueBody {
  id: string;
  number: number;
  title: string;
  state: string;
  state_reason: string | null;
}

interface StoryBody {
  generation: number;
  ended_as: string | null;
  ended_by: string | null;
  detail: string | null;
}

interface PullBody {
  id: string;
  issue_id: string;
  number: number;
  state: string;
  merge_sha: string | null;
  head_branch: string;
}

describe('people act on the forge while stories run for them', () => {
  let installation: Installation;
  let server: ServerProcess;
  let api: ApiClient;
  let manager: ApiClient;

  beforeAll(async () => {
    installation = await install();
    await connect();
  }, 2 * MINUTE_MS);

  beforeEach(() => installation.slowAgents(0));

  afterAll(() => installation?.close(), MINUTE_MS);

  async function connect(): Promise<void> {
    server = await installation.startSafely();
    api = installation.client(server);
    const { token } = await api.post<{ token: string }>('/v1/tokens', { name: 'decides', role: 'manager', person: SAMPLE_PEOPLE.at(-1)?.handle });
    manager = createApiClient({ url: server.url, token });
  }

  /** Looks until `found` answers something, saying yes to `wanted` approvals meanwhile. */
  async function until<T>(
    what: string,
    found: () => Promise<T | null | undefined>,
    wanted: (approval: ApprovalBody) => boolean = () => false,
  ): Promise<T> {
    for (const deadline = Date.now() + MINUTE_MS; Date.now() < deadline; await delay(100)) {
      const answer = await found();
      if (answer !== null && answer !== undefined) return answer;
      await approvePending(manager, wanted, 'Agreed.');
    }
    const rows = await installation.query('select work_item_id, generation, ended_as, detail from stories');
    throw new Error(`It never came to this: ${what}. ${JSON.stringify(rows)}\n${installation.lastWords()}`);
  }

  const all = () => true;
  const notTheMerge = (approval: ApprovalBody) => approval.kind !== 'pr.merge';

  async function opened(sample: number): Promise<IssueBody> {
    const title = SAMPLE_ISSUES[sample - 1]?.title;
    await installation.open(server, sample);
    return until('the issue is known', async () => (await api.all<IssueBody>('/v1/issues')).find((issue) => issue.title === title));
  }

  const issueOf = (id: string) => api.get<IssueBody>(`/v1/issues/${id}`);
  const storyOf = (id: string) => api.get<StoryBody>(`/v1/issues/${id}/story`);
  const ended = (id: string) =>
    until('the story has ended', async () => {
      const story = await storyOf(id);
      return story.ended_as === null ? null : story;
    });

  async function agentAtWork(issue: IssueBody): Promise<number> {
    const at = () =>
      installation.query<{ pid: number }>(
        `select process_id as pid from agent_runs where work_item_id = '${issue.id}' and state = 'running' and process_id is not null`,
      );
    return until('an agent works', async () => (await at())[0]?.pid, all);
  }

  /** Opens an issue whose pull request waits for the yes to its merge. */
  async function waitingForItsMerge(sample: number): Promise<{ issue: IssueBody; pull: PullBody; approval: ApprovalBody }> {
    const issue = await opened(sample);
    const approval = await until(
      'the merge waits for a decision',
      async () =>
        (await api.all<ApprovalBody>('/v1/approvals', { status: 'pending' })).find((one) => one.kind === 'pr.merge' && one.work_item_id === issue.id),
      notTheMerge,
    );
    const pull = (await api.all<PullBody>('/v1/pulls')).find((one) => one.issue_id === issue.id);
    if (pull === undefined) throw new Error('The pull request is not known.');
    return { issue, pull, approval };
  }

  async function decideTooLate(approval: Pick<ApprovalBody, 'id' | 'digest'>): Promise<Record<string, unknown>> {
    const late = await manager.post(`/v1/approvals/${approval.id}/decision`, { decision: 'approve', digest: approval.digest, reason: '' }).then(
      () => null,
      (error: unknown) => error,
    );
    expect(late).toMatchObject({ kind: 'conflict', code: 'already_decided' });
    return (late as { detail: { outcome: Record<string, unknown> } }).detail.outcome;
  }

  /** Nothing of the work waits, runs or is queued any more, and nobody's workflow waits for it. */
  async function expectNothingLeft(issue: IssueBody): Promise<void> {
    await until('its workflows have ended', async () => {
      const rows = await installation.query(
        `select 1 from dbos.workflow_status where status in ('PENDING', 'ENQUEUED') and (workflow_uuid like 'delivery.story:${issue.id}:%'
          or workflow_uuid in (select 'delivery.task:' || id || ':1' from tasks where work_item_id = '${issue.id}'))`,
      );
      return rows.length === 0 ? true : null;
    });
    const of = `work_item_id = '${issue.id}'`;
    // What follows a landing by itself (its branch is deleted) may still be on its way; nothing may wait for people.
    expect(await installation.query(`select id, kind from actions where ${of} and status = 'pending'`)).toEqual([]);
    await until('what was allowed is carried out', async () => {
      const rows = await installation.query(`select 1 from actions where ${of} and status in ('approved', 'executing')`);
      return rows.length === 0 ? true : null;
    });
    expect(await installation.query(`select id, state from agent_runs where ${of} and ended_at is null`)).toEqual([]);
    expect(
      await installation.query(`select id, state from change_requests where ${of} and state in ('queued', 'merging', 'verifying', 'publishing')`),
    ).toEqual([]);
    expect(await installation.query(`select id, state from tasks where ${of} and state not in ('landed', 'dropped', 'failed')`)).toEqual([]);
    expect(
      await installation.query(`select count(*)::int as ends from ledger_entries where kind = 'story.ended' and subject = '${issue.id}'`),
    ).toEqual([{ ends: 1 }]);
    expect(await api.get('/v1/ledger/verify')).toMatchObject({ verified: true });
  }

  const git = (...args: string[]): string =>
    execFileSync('git', ['--git-dir', path.join(installation.dataDir, 'repositories', `${REPOSITORY}.git`), ...args], { encoding: 'utf8' }).trim();

  it(
    'closing an issue stops its agent, takes back what waits for people and ends the work; reopened it starts anew',
    { timeout: 3 * MINUTE_MS },
    async () => {
      installation.slowAgents(10 * MINUTE_MS);
      const issue = await opened(1);
      const pid = await agentAtWork(issue);
      const waiting = await api.post<{ action_id: string; digest: string; status: string }>('/v1/actions/propose', {
        kind: 'issue.transition',
        target: { forge: 'local', repo: REPOSITORY, number: issue.number },
        args: { state: 'closed', reason: 'not_planned' },
        work_item_id: issue.id,
      });
      expect(waiting.status).toBe('pending');

      await api.post(`${LOCAL}/issues/${issue.number}/state`, { state: 'closed', reason: 'completed', author: 'ben' });

      expect(await ended(issue.id)).toMatchObject({
        ended_as: 'declined',
        ended_by: 'person:ben',
        detail: `Issue #${issue.number} was closed by ben.`,
      });
      expect(await issueOf(issue.id)).toMatchObject({ state: 'declined', state_reason: `Issue #${issue.number} was closed by ben.` });
      await until('the agent is gone', async () => (living([pid]).length === 0 ? true : null));
      await expectNothingLeft(issue);
      expect(await decideTooLate({ id: waiting.action_id, digest: waiting.digest })).toMatchObject({
        status: 'withdrawn',
        decided_by: 'person:ben',
        reason: `Issue #${issue.number} was closed by ben.`,
      });
      expect(
        await installation.query(`select actor from ledger_entries where kind = 'action.withdrawn' and subject = '${waiting.action_id}'`),
      ).toEqual([{ actor: 'person:ben' }]);

      installation.slowAgents(0);
      await api.post(`${LOCAL}/issues/${issue.number}/state`, { state: 'open', author: 'ben' });
      const merged = await until(
        'the second story has merged',
        async () => ((await issueOf(issue.id)).state === 'merged' ? storyOf(issue.id) : null),
        all,
      );
      expect(merged).toMatchObject({ generation: 2, ended_as: 'merged', ended_by: null });
    },
  );

  it('taking the ready label off takes the issue back, and putting it on again hands it over anew', { timeout: 3 * MINUTE_MS }, async () => {
    installation.slowAgents(10 * MINUTE_MS);
    const issue = await opened(10);
    const pid = await agentAtWork(issue);
    await api.post(`${LOCAL}/issues/${issue.number}/labels`, { remove: ['AI-Ready'], author: 'ada' });

    const detail = `ada took the label AI-Ready off issue #${issue.number}.`;
    expect(await ended(issue.id)).toMatchObject({ ended_as: 'declined', ended_by: 'person:ada', detail });
    await until('the agent is gone', async () => (living([pid]).length === 0 ? true : null));
    await expectNothingLeft(issue);

    await api.post(`${LOCAL}/issues/${issue.number}/labels`, { add: ['AI-Ready'], author: 'ada' });
    const again = await until('a second story runs', async () => ((await storyOf(issue.id)).generation === 2 ? storyOf(issue.id) : null));
    expect(again.ended_as).toBeNull();
    await api.post(`/v1/issues/${issue.id}/stop`);
  });

  it(
    'a merge by hand while the merge waits for a yes is the end of the story, as merged, and is not done again',
    { timeout: 2 * MINUTE_MS },
    async () => {
      const { issue, pull, approval } = await waitingForItsMerge(3);
      await api.post(`${LOCAL}/pulls/${pull.number}/merge`, { author: 'ada' });

      const mergeSha = git('rev-parse', 'main');
      const detail = `Pull request #${pull.number} was merged by ada as ${mergeSha.slice(0, 10)}.`;
      expect(await ended(issue.id)).toMatchObject({ ended_as: 'merged', ended_by: 'person:ada', detail });
      expect(await issueOf(issue.id)).toMatchObject({ state: 'merged' });
      await expectNothingLeft(issue);
      expect(await api.get(`/v1/pulls/${pull.id}`)).toMatchObject({ state: 'merged', merge_sha: mergeSha });
      expect(await decideTooLate(approval)).toMatchObject({ status: 'withdrawn', decided_by: 'person:ada', reason: detail });
      expect(git('log', '--merges', '--format=%H', `--grep=#${pull.number}`, 'main')).toBe(mergeSha);
      expect(await installation.query(`select id from action_intents i join actions a on a.id = i.action_id where a.id = '${approval.id}'`)).toEqual(
        [],
      );
    },
  );

  it.runIf(LONG)('closing a pull request without merging it declines the work and keeps the branch', { timeout: 2 * MINUTE_MS }, async () => {
    const { issue, pull, approval } = await waitingForItsMerge(4);
    const head = git('rev-parse', pull.head_branch);
    await api.post(`${LOCAL}/pulls/${pull.number}/close`, { author: 'chloe' });

    const detail = `Pull request #${pull.number} was closed by chloe without a merge.`;
    expect(await ended(issue.id)).toMatchObject({ ended_as: 'declined', ended_by: 'person:chloe', detail });
    expect(await issueOf(issue.id)).toMatchObject({ state: 'declined', state_reason: detail });
    await expectNothingLeft(issue);
    expect(await decideTooLate(approval)).toMatchObject({ status: 'withdrawn', reason: detail });
    expect(git('rev-parse', pull.head_branch)).toBe(head);
  });

  it(
    'what people did while no server ran is read from the forge when one starts, also when no event tells of it',
    { timeout: 3 * MINUTE_MS },
    async () => {
      const { issue, pull, approval } = await waitingForItsMerge(12);
      await server.end('SIGKILL');
      await installation.query(
        `update local_items set state = 'closed', ended_by = 'dmitri', updated_at = now() where kind = 'pull' and number = ${pull.number}`,
      );
      await connect();

      expect(await ended(issue.id)).toMatchObject({ ended_as: 'declined', ended_by: 'person:dmitri' });
      await expectNothingLeft(issue);
      expect(await decideTooLate(approval)).toMatchObject({ status: 'withdrawn' });
    },
  );

  it('a maintainer stops a story from the command line, without touching the issue', { timeout: 2 * MINUTE_MS }, async () => {
    installation.slowAgents(10 * MINUTE_MS);
    const issue = await opened(2);
    const pid = await agentAtWork(issue);
    const out = execFileSync(process.execPath, [BIN, 'issue', 'stop', issue.id, '--reason', 'We do it ourselves', '--json'], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], REEVE_URL: server.url, REEVE_TOKEN: server.token },
    });

    expect(JSON.parse(out)).toMatchObject({ ended_as: 'declined', ended_by: 'person:owner', detail: 'Stopped by owner: We do it ourselves' });
    expect(living([pid])).toEqual([]);
    expect(await issueOf(issue.id)).toMatchObject({ state: 'declined' });
    await expectNothingLeft(issue);
    expect(await installation.query(`select state from local_items where number = ${issue.number}`)).toEqual([{ state: 'open' }]);
    await expect(api.post(`/v1/issues/${issue.id}/stop`)).rejects.toMatchObject({ kind: 'conflict', code: 'story_ended' });
  });
});
