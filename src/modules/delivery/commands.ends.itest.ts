import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SYSTEM_ACTOR } from '#kernel/actor.ts';
import { systemClock } from '#platform/crypto/index.ts';
import { sql } from '#platform/db/index.ts';
import { createPeople } from '#modules/people/index.ts';
import { createProjects } from '#modules/projects/index.ts';
import { createWork, type Work, type WorkItem, type WorkState } from '#modules/work/index.ts';
import type { ForgeRead, PullRequest } from '#ports/forge-read.ts';
import type { TrackerIssue, TrackerRead } from '#ports/tracker-read.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { createGovernance, proposal, propose, type Governance } from '../../../test/kit/governance.ts';
import { silentLog } from '../../../test/kit/log.ts';
import { createEndings, type Endings } from './commands.ends.ts';
import type { DeliveryDeps } from './steps.context.ts';
import { createDeliverySteps } from './steps.ts';
import { createDeliveryStore } from './store.ts';

/** The forge and its tracker as data: what is observed there is what a test says. */
const there: { pull: PullRequest | null; issue: TrackerIssue | null; queue: 'out' | 'waiting' } = { pull: null, issue: null, queue: 'out' };
const forge = { pullByNumber: async () => there.pull, queueState: async () => ({ state: there.queue }) } as Partial<ForgeRead> as ForgeRead;
const tracker = { issue: async () => there.issue } as Partial<TrackerRead> as TrackerRead;

/** Parts that an end itself must not touch: they belong to what is tidied up after it. */
const untouched = new Proxy({}, { get: (_, part) => () => Promise.reject(new Error(`${String(part)} was reached`)) }) as never;

let database: TestDatabase;
let on: Governance;
let work: Work;
let endings: Endings;
let deps: DeliveryDeps;
let place: { projectId: string; repositoryId: string };
let count = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  on = createGovernance(database.db);
  const base = { db: database.db, clock: systemClock, ids: on.ids, ledger: on.ledger, outbox: on.outbox };
  work = createWork(base);
  const projects = createProjects(base);
  const people = createPeople({ ...base, work });
  await people.create({ handle: 'ada', name: 'Ada', role: 'developer' }, SYSTEM_ACTOR);
  const project = await projects.create({ key: 'shop', name: 'Shop' }, SYSTEM_ACTOR);
  const repository = await projects.addRepository(
    { projectId: project.id, forge: 'local', name: 'a/b', defaultBranch: 'main', allowlisted: true },
    SYSTEM_ACTOR,
  );
  place = { projectId: project.id, repositoryId: repository.id };
  const parts = {
    ...base,
    log: silentLog,
    store: createDeliveryStore(),
    work,
    projects,
    people,
    actions: on.actions,
    forge: () => forge,
    ownLogin: async () => ({ login: 'reeve', exclusive: true }),
  };
  deps = { ...parts, planning: untouched, agents: untouched, queue: untouched } as unknown as DeliveryDeps;
  endings = createEndings({ ...deps, tracker: () => tracker });
});
afterAll(() => database.close());
beforeEach(() => {
  there.pull = null;
  there.issue = null;
  there.queue = 'out';
});

const pull = (number: number, more: Partial<PullRequest> = {}): PullRequest => ({
  number,
  title: 'Cart',
  body: '',
  state: 'open',
  draft: false,
  headBranch: `ai-${number}`,
  baseBranch: 'main',
  headSha: 'a'.repeat(40),
  mergeSha: null,
  labels: [],
  url: 'http://localhost/1',
  ...more,
});

const issue = (number: number, more: Partial<TrackerIssue>): TrackerIssue => ({
  number,
  externalId: `a/b#${number}`,
  title: 'Cart',
  body: '',
  state: 'open',
  closeReason: null,
  labels: [],
  assignees: [],
  author: 'ada',
  url: 'http://localhost/1',
  createdAt: new Date(),
  updatedAt: new Date(),
  ...more,
});

/** A work item in a state, with a story under way and a pull request that is open as far as we know. */
async function story(path: readonly WorkState[]): Promise<{ item: WorkItem; workflowId: string; pullNumber: number }> {
  const number = (count += 1);
  return database.db.tx(async (tx) => {
    const item = await work.create(tx, { ...place, title: `Cart ${number}`, number, source: 'local', externalId: `a/b#${number}` });
    for (const state of path) await work.transition(tx, item.id, state, 'As a test wants it.', 'system');
    const workflowId = `delivery.story:${item.id}:1`;
    const options = { target: null, agent: null, checks: [] };
    await deps.store.insertStory(tx, { workItemId: item.id, generation: 1, workflowId, kind: 'issue', startedBy: 'system', options });
    await deps.store.savePull(tx, { id: deps.ids.next('pull'), workItemId: item.id, ...place, pull: pull(1000 + number) });
    return { item, workflowId, pullNumber: 1000 + number };
  });
}

const UNDER_REVIEW: readonly WorkState[] = ['triaged', 'planned', 'in_progress', 'in_review'];
const endsOf = async (id: string) => (await on.ledger.list({ limit: 50, subject: id })).items.filter((entry) => entry.kind === 'story.ended');

describe('a story that people end on the forge', () => {
  it('ends once, however many look at once, with who did it', async () => {
    const { item } = await story(UNDER_REVIEW);
    there.issue = issue(item.number ?? 0, { state: 'closed', closeReason: 'not_planned', closedBy: 'ada' });
    const seen = await Promise.all(Array.from({ length: 6 }, () => endings.look(item.id)));
    expect(seen.filter((ended) => ended !== null)).toHaveLength(1);
    expect(await work.get(item.id)).toMatchObject({ state: 'declined', stateReason: `Issue #${item.number} was closed by ada.` });
    expect(await endsOf(item.id)).toMatchObject([{ actor: 'person:ada', payload: { as: 'declined', ended_by: 'person:ada', generation: 1 } }]);
  });

  it('keeps the merge commit of a merge by hand, and names a stranger as the forge does', async () => {
    const { item, pullNumber } = await story(UNDER_REVIEW);
    there.pull = pull(pullNumber, { state: 'merged', mergeSha: 'c'.repeat(40), endedBy: 'stranger' });
    expect(await endings.look(item.id)).toMatchObject({ endedAs: 'merged', endedBy: 'local:stranger' });
    expect(await work.get(item.id)).toMatchObject({ state: 'merged' });
    expect(await deps.store.pullOfWorkItem(database.db, item.id)).toMatchObject({ state: 'merged', mergeSha: 'c'.repeat(40) });
    expect(await endsOf(item.id)).toMatchObject([{ payload: { merge_sha: 'c'.repeat(40) } }]);
  });

  it('goes on while its own merge is being carried out', async () => {
    const { item, pullNumber } = await story(UNDER_REVIEW);
    const merge = await propose(
      on,
      proposal('pr.merge', { workItemId: item.id, args: { message: 'x' }, preconditions: { headSha: 'a'.repeat(40) } }),
    );
    await database.db.run(sql`update actions set status = 'executing' where id = ${merge.id}`);
    there.pull = pull(pullNumber, { state: 'merged', mergeSha: 'c'.repeat(40), endedBy: null });
    expect(await endings.look(item.id)).toBeNull();
    await expect(endings.stop(item.id, null, { ...SYSTEM_ACTOR, subject: 'person:ada' })).rejects.toMatchObject({ code: 'merge_begun' });
    expect(await endings.takeBack(item.id, { detail: 'x', login: 'ada' })).toBeNull();
    expect(await endsOf(item.id)).toEqual([]);
    await database.db.run(sql`update actions set status = 'executed' where id = ${merge.id}`);
    await expect(endings.stop(item.id, null, { ...SYSTEM_ACTOR, subject: 'person:ada' })).rejects.toMatchObject({ code: 'merge_begun' });
  });

  it("is stopped while its merge waits in the forge's own queue, which lets it out; not when the forge merged it by then", async () => {
    const left: string[] = [];
    const told: string[] = [];
    on.actions.register({
      kind: 'pr.merge',
      check: async () => null,
      probe: async () => (there.pull?.state === 'merged' ? { merge_sha: 'c' } : null),
      run: async () => ({}),
      recall: async (action) => void left.push(action.id),
    });
    for (const state of ['open', 'merged'] as const) {
      const { item, pullNumber } = await story(UNDER_REVIEW);
      const given = { workItemId: item.id, args: { message: 'x' }, preconditions: { headSha: 'a'.repeat(40) } };
      const merge = await propose(on, proposal('pr.merge', given));
      await database.db.run(sql`update actions set status = 'executing', attempt = 1 where id = ${merge.id}`);
      await database.db.run(sql`insert into action_intents (action_id, attempt, executor_id, executor_epoch, policy_hash, context)
        values (${merge.id}, 1, 'w1', 1, 'x', '{}'::jsonb)`);
      there.queue = 'waiting';
      there.pull = pull(pullNumber, { state, mergeSha: state === 'merged' ? 'c'.repeat(40) : null });
      const stopping = endings.stop(item.id, null, { ...SYSTEM_ACTOR, subject: 'person:ada' });
      told.push(
        await stopping.then(
          ({ endedAs, detail }) => `${endedAs ?? ''}: ${detail ?? ''}`,
          (error: { code: string }) => error.code,
        ),
        (await on.actions.get(merge.id))?.status ?? '',
      );
    }
    expect(told).toEqual(['declined: Stopped by ada.', 'failed', 'merge_begun', 'executed']);
    expect(left).toHaveLength(1);
  });

  it('takes its merge back in the same breath, so that no executor can begin it after the end', async () => {
    const { item } = await story(UNDER_REVIEW);
    const merge = await propose(
      on,
      proposal('pr.merge', { workItemId: item.id, args: { message: 'x' }, preconditions: { headSha: 'a'.repeat(40) } }),
    );
    expect(await endings.takeBack(item.id, { detail: 'ada took it back.', login: 'ada' })).toMatchObject({ endedAs: 'declined' });
    expect(await on.actions.get(merge.id)).toMatchObject({
      status: 'superseded',
      outcome: { reason: 'ada took it back.', withdrawn_by: 'person:ada' },
    });
    expect((await on.approvals.get(merge.id))?.status).toBe('withdrawn');
  });

  it('is not ended by a pull request that was closed in an earlier try', async () => {
    const { item, pullNumber } = await story(UNDER_REVIEW);
    there.pull = pull(pullNumber, { state: 'closed', endedBy: 'ada' });
    await database.db.run(sql`update pulls set state = 'closed', created_at = now() - interval '1 day' where work_item_id = ${item.id}`);
    expect(await endings.look(item.id)).toBeNull();
  });

  it('has one end when it comes to its own at the same moment, and the item agrees with it', async () => {
    const steps = createDeliverySteps(deps);
    for (let round = 0; round < 10; round += 1) {
      const { item, workflowId } = await story(UNDER_REVIEW);
      there.issue = issue(item.number ?? 0, { state: 'closed', closeReason: 'completed', closedBy: 'ada' });
      const own = () => steps.finish(item.id, workflowId, { as: 'failed', detail: 'It broke.' });
      const outside = () => endings.look(item.id);
      await Promise.allSettled(round % 2 === 0 ? [own(), outside()] : [outside(), own()]);
      const ended = await deps.store.storyByWorkflow(database.db, workflowId);
      expect(await endsOf(item.id)).toMatchObject([{ payload: { as: ended?.endedAs, detail: ended?.detail } }]);
      expect((await work.get(item.id))?.state).toBe(ended?.endedAs);
    }
  });

  it('lets the story write its own end twice when the first answer was lost, as one end', async () => {
    const steps = createDeliverySteps(deps);
    const { item, workflowId } = await story(UNDER_REVIEW);
    await steps.finish(item.id, workflowId, { as: 'failed', detail: 'It broke.' });
    await expect(steps.finish(item.id, workflowId, { as: 'failed', detail: 'It broke.' })).rejects.toMatchObject({ code: 'story_ended' });
    expect(await endsOf(item.id)).toHaveLength(1);
    expect(await endings.ended(workflowId, false)).toBeNull();
  });
});

describe('a story that cannot go on', () => {
  it('ends as failed with its sentence, once, and its merge waits for nobody any more', async () => {
    const { item, workflowId } = await story(UNDER_REVIEW);
    const end = { as: 'failed', detail: 'Start it again.' };
    expect(await endings.abandon(workflowId, end.detail)).toEqual(end);
    expect(await endings.abandon(workflowId, 'Again.')).toEqual(end);
    expect(await work.get(item.id)).toMatchObject({ state: 'failed', stateReason: end.detail });
    expect(await endsOf(item.id)).toMatchObject([{ actor: 'system', payload: { as: 'failed' } }]);
  });
});

describe('a pull request that people end after its story', () => {
  it('makes failed work merged when they merge it', async () => {
    const { item, workflowId, pullNumber } = await story([...UNDER_REVIEW, 'failed']);
    await deps.store.endStory(database.db, workflowId, { as: 'failed', detail: 'It broke.' });
    there.pull = pull(pullNumber, { state: 'merged', mergeSha: 'd'.repeat(40), endedBy: null });
    await endings.follow(item.id, 'ada');
    expect(await work.get(item.id)).toMatchObject({ state: 'merged', stateReason: `Pull request #${pullNumber} was merged by ada.` });
    expect(await deps.store.pullOfWorkItem(database.db, item.id)).toMatchObject({ state: 'merged', mergeSha: 'd'.repeat(40) });
  });

  it('leaves declined work declined when they close it', async () => {
    const { item, workflowId, pullNumber } = await story([...UNDER_REVIEW, 'declined']);
    await deps.store.endStory(database.db, workflowId, { as: 'declined', detail: 'Not now.' });
    there.pull = pull(pullNumber, { state: 'closed', endedBy: 'ada' });
    await endings.follow(item.id, 'ada');
    expect(await work.get(item.id)).toMatchObject({ state: 'declined', stateReason: 'As a test wants it.' });
    expect(await deps.store.pullOfWorkItem(database.db, item.id)).toMatchObject({ state: 'closed' });
  });
});

describe('stopping a story by hand', () => {
  const ada = { ...SYSTEM_ACTOR, subject: 'person:ada' };

  it('is refused where there is nothing to stop, with how it ended', async () => {
    await expect(endings.stop('iss_00000000000000000000000000', null, ada)).rejects.toMatchObject({ kind: 'not_found' });
    const { item, workflowId } = await story(UNDER_REVIEW);
    await deps.store.endStory(database.db, workflowId, { as: 'failed', detail: 'It broke.' });
    await expect(endings.stop(item.id, null, ada)).rejects.toMatchObject({ kind: 'conflict', code: 'story_ended', detail: { ended_as: 'failed' } });
    const idle = await database.db.tx((tx) => work.create(tx, { ...place, title: 'Idle', number: (count += 1), source: 'local' }));
    await expect(endings.stop(idle.id, null, ada)).rejects.toMatchObject({ kind: 'conflict', code: 'no_story' });
  });
});
