import { afterAll, beforeAll, expect, it } from 'vitest';
import { SYSTEM_ACTOR } from '#kernel/actor.ts';
import { systemClock } from '#platform/crypto/index.ts';
import { createPeople } from '#modules/people/index.ts';
import { createProjects } from '#modules/projects/index.ts';
import { createWork, type Work, type WorkItem, type WorkState } from '#modules/work/index.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { createGovernance, person, proposal, propose, type Governance } from '../../../test/kit/governance.ts';
import { silentLog } from '../../../test/kit/log.ts';
import { createAsking, type Asking } from './commands.ask.ts';
import { createEndings } from './commands.ends.ts';
import type { DeliveryDeps } from './steps.context.ts';
import { createDeliveryStore } from './store.ts';

let database: TestDatabase;
let on: Governance;
let work: Work;
let asking: Asking;
let deps: DeliveryDeps;
let place: { projectId: string; repositoryId: string };
let count = 0;
/** Whom the tidying-up after an end reached. */
const tidied: string[] = [];
const empty = { list: async () => ({ items: [], nextCursor: null }) };

beforeAll(async () => {
  database = await createTestDatabase();
  on = createGovernance(database.db);
  const base = { db: database.db, clock: systemClock, ids: on.ids, ledger: on.ledger, outbox: on.outbox };
  work = createWork(base);
  const projects = createProjects(base);
  const project = await projects.create({ key: 'shop', name: 'Shop' }, SYSTEM_ACTOR);
  const repository = await projects.addRepository(
    { projectId: project.id, forge: 'local', name: 'a/b', defaultBranch: 'main', allowlisted: true },
    SYSTEM_ACTOR,
  );
  place = { projectId: project.id, repositoryId: repository.id };
  const running = { id: 'run_1', endedAt: null, createdAt: new Date(Date.now() + 60_000) };
  const agents = { list: async () => ({ items: [running], nextCursor: null }), stop: async (id: string) => void tidied.push(id) };
  const parts = {
    ...base,
    log: silentLog,
    store: createDeliveryStore(),
    work,
    projects,
    people: createPeople({ ...base, work }),
    actions: on.actions,
  };
  deps = { ...parts, planning: {}, agents, queue: empty } as unknown as DeliveryDeps;
  const unread = () => {
    throw new Error('The forge was asked.');
  };
  const endings = createEndings({ ...deps, forge: unread, tracker: unread, ownLogin: unread });
  asking = createAsking({ ...deps, approvals: on.approvals, endings });
});
afterAll(() => database.close());

async function issue(path: readonly WorkState[], more: { runs?: boolean; typed?: boolean } = {}): Promise<WorkItem> {
  const number = (count += 1);
  return database.db.tx(async (tx) => {
    const tracked = more.typed === true ? {} : { number, source: 'local', externalId: `a/b#${number}`, author: 'ben' };
    let item = await work.create(tx, { ...place, title: `Cart ${number}`, requestedBy: 'dora', ...tracked });
    for (const state of path) item = await work.transition(tx, item.id, state, 'As a test wants it.', 'system');
    if (more.runs === true) {
      const options = { target: null, agent: null, checks: [] };
      const workflowId = `delivery.story:${item.id}:1`;
      await deps.store.insertStory(tx, { workItemId: item.id, generation: 1, workflowId, kind: 'issue', startedBy: 'system', options });
    }
    return item;
  });
}

it('writes the question on an issue that nobody works on, addressed to its author, once for each asking', async () => {
  const item = await issue(['triaged']);
  const asked = await asking.ask(item.id, 'Which currency?', person('dora'));
  expect(asked.how).toBe('comment');
  expect(await on.actions.get(asked.actionId ?? '')).toMatchObject({
    status: 'approved',
    record: { kind: 'issue.comment.questions', target: { number: item.number }, proposer: { subject: 'person:dora' } },
  });
  expect((await on.actions.get(asked.actionId ?? ''))?.record.args['body']).toContain('@ben dora asks before this can go on:\n\nWhich currency?');
  expect(await work.get(item.id)).toMatchObject({ state: 'needs_info', stateReason: 'dora asks: Which currency?' });
  const again = await asking.ask(item.id, 'And which country?', person('dora'));
  expect(again.actionId).not.toBe(asked.actionId);
});

it('answers a plan that waits with the question, and leaves the asking to its story', async () => {
  const item = await issue(['triaged', 'planned', 'awaiting_approval'], { runs: true });
  const plan = await propose(on, proposal('plan.approve', { workItemId: item.id, args: { plan_id: 'plan_1' } }));
  expect(await asking.ask(item.id, 'Which currency?', person('mia'))).toEqual({ workItemId: item.id, how: 'decision', actionId: plan.id });
  expect(await on.actions.get(plan.id)).toMatchObject({ status: 'declined', outcome: { reason: 'Needs info: Which currency?' } });
  expect(await work.get(item.id)).toMatchObject({ state: 'awaiting_approval' });
  expect((await deps.store.currentStory(database.db, item.id))?.endedAs).toBeNull();
});

it('sets work aside that is under way, with its agents, for a maintainer alone', async () => {
  const item = await issue(['triaged', 'planned', 'in_progress', 'in_review', 'awaiting_merge'], { runs: true });
  const merge = await propose(on, proposal('pr.merge', { workItemId: item.id, args: { message: 'x' }, preconditions: { headSha: 'a'.repeat(40) } }));
  await expect(asking.ask(item.id, 'Which currency?', person('dora'))).rejects.toMatchObject({ kind: 'forbidden', code: 'role_missing' });
  expect(await work.get(item.id)).toMatchObject({ state: 'awaiting_merge' });
  const asked = await asking.ask(item.id, 'Which currency?', person('mia'));
  // The question itself is not taken back with what the story left.
  expect([asked.how, (await on.actions.get(asked.actionId ?? ''))?.status]).toEqual(['comment', 'approved']);
  expect(await work.get(item.id)).toMatchObject({ state: 'needs_info', stateReason: 'mia asks: Which currency?' });
  expect(await deps.store.currentStory(database.db, item.id)).toMatchObject({ endedAs: 'needs_info', endedBy: 'person:mia' });
  expect(await on.actions.get(merge.id)).toMatchObject({ status: 'superseded' });
  expect(tidied).toEqual(['run_1']);
});

it('keeps the question with work that was typed here, where there is no issue to write on', async () => {
  const item = await issue(['triaged'], { typed: true });
  expect(await asking.ask(item.id, 'Which currency?', person('mia'))).toEqual({ workItemId: item.id, how: 'record', actionId: null });
  expect(await work.get(item.id)).toMatchObject({ state: 'needs_info', stateReason: 'mia asks: Which currency?' });
});

const asksOf = async (id: string) => (await on.ledger.list({ limit: 50, subject: id })).items.filter(({ kind }) => kind === 'work_item.asked');
const comments = async (id: string) => (await on.actions.list({ workItemId: id, kind: 'issue.comment.questions', limit: 20 })).items;

it('puts a question once that is sent twice, at once or after one another, and anew when it was answered', async () => {
  const item = await issue(['triaged']);
  const ask = () => asking.ask(item.id, 'Which currency?', person('dora'));
  const [first, second] = await Promise.all([ask(), ask()]);
  expect([second, await ask()]).toEqual([first, first]);
  expect([(await comments(item.id)).length, (await asksOf(item.id)).length]).toEqual([1, 1]);
  await database.db.tx((tx) => work.transition(tx, item.id, 'triaged', 'It was answered.', 'system'));
  expect((await ask()).actionId).not.toBe(first.actionId);
  expect(await comments(item.id)).toHaveLength(2);
});

it('keeps a question once that is sent twice at once, also where the state cannot show it or there is no issue to write on', async () => {
  const waiting = await issue(['needs_info']);
  const typed = await issue(['triaged'], { typed: true });
  const both = await issue(['needs_info'], { typed: true });
  for (const { id } of [waiting, typed, both]) {
    const ask = (question: string) => asking.ask(id, question, person('dora'));
    const [first, second] = await Promise.all([1, 2].map(() => ask('Which currency?')));
    expect([second, await ask('Which currency?')]).toEqual([first, first]);
    // Another question in between answers nothing.
    await ask('And which country?');
    expect(await ask('Which currency?')).toEqual(first);
    expect((await asksOf(id)).map(({ payload }) => payload['question'])).toEqual(['Which currency?', 'And which country?']);
  }
});

it('puts a question anew that was answered meanwhile, also where the work waits for another reason again', async () => {
  const item = await issue(['needs_info'], { typed: true });
  const ask = () => asking.ask(item.id, 'Which currency?', person('dora'));
  await ask();
  for (const state of ['triaged', 'needs_info'] as const)
    await database.db.tx((tx) => work.transition(tx, item.id, state, 'It was answered, and then asked something else.', 'system'));
  await ask();
  await ask();
  expect(await asksOf(item.id)).toHaveLength(2);
});

it('declines a plan once for a question that is sent twice, and sets nothing aside for it', async () => {
  const item = await issue(['triaged', 'planned', 'awaiting_approval'], { runs: true });
  const plan = await propose(on, proposal('plan.approve', { workItemId: item.id, args: { plan_id: 'plan_1' } }));
  for (const _ of [1, 2])
    expect(await asking.ask(item.id, 'Which currency?', person('mia'))).toEqual({ workItemId: item.id, how: 'decision', actionId: plan.id });
  expect((await deps.store.currentStory(database.db, item.id))?.endedAs).toBeNull();
  expect(await comments(item.id)).toEqual([]);
});

it('sets nothing aside of which the question could not be written', async () => {
  const item = await issue(['triaged', 'planned', 'in_progress'], { runs: true });
  const broken = { ...on.actions, propose: () => Promise.reject(new Error('The process ended here.')) };
  const endings = createEndings({ ...deps, forge: () => ({}) as never, tracker: () => ({}) as never, ownLogin: () => Promise.reject(new Error()) });
  const crashing = createAsking({ ...deps, actions: broken, approvals: on.approvals, endings });
  await expect(crashing.ask(item.id, 'Which currency?', person('mia'))).rejects.toThrow('The process ended here.');
  expect(await work.get(item.id)).toMatchObject({ state: 'in_progress' });
  expect((await deps.store.currentStory(database.db, item.id))?.endedAs).toBeNull();
});

it('keeps each question in the ledger, also where the state cannot show it', async () => {
  const item = await issue(['needs_info'], { typed: true });
  expect((await asking.ask(item.id, 'And which country?', person('mia'))).how).toBe('record');
  expect(await asksOf(item.id)).toMatchObject([{ actor: 'person:mia', payload: { question: 'And which country?', action_id: null } }]);
});

it('asks nothing about what has ended, and nothing of an issue that is not there', async () => {
  const item = await issue(['declined']);
  await expect(asking.ask(item.id, 'Why?', person('mia'))).rejects.toMatchObject({ code: 'already_ended' });
  await expect(asking.ask('iss_none', 'Why?', person('mia'))).rejects.toMatchObject({ kind: 'not_found' });
});
