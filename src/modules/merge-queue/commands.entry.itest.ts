import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLedger } from '#modules/ledger/index.ts';
import type { Mirror } from '#ports/git.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import {
  CONTEXT,
  createQueueOn,
  createRepository,
  documentOf,
  openMirrorOf,
  publishedEvents,
  seed,
  untilEnded,
  type Repository,
} from './__fixtures__/estate.ts';
import type { MergeQueue } from './commands.ts';

let database: TestDatabase;
let source: Repository;
let mirror: Mirror;
let queue: MergeQueue;
let base: string;
beforeEach(async () => {
  database = await createTestDatabase();
  await seed(database.db);
  source = createRepository();
  base = source.commit({ 'a.txt': 'a\n' });
  mirror = await openMirrorOf(source);
  queue = createQueueOn(database.db, async () => mirror);
});
afterEach(async () => {
  await queue.stop(0);
  source.remove();
  await database.close();
});

const document = (taskId: string, attempt = 1, says = 'x\n'): Promise<Record<string, unknown>> =>
  documentOf(mirror, { [`${taskId}.txt`]: says }, { base, taskId, attempt });

test('submitters who come together each get their own entry, journal row, ledger entry and event', async () => {
  const bodies = await Promise.all(Array.from({ length: 40 }, (_, at) => document(`t${at}`)));
  const answers = await Promise.all(bodies.map((body) => queue.submit(body, CONTEXT)));
  const ids = answers.flatMap((answer): string[] => (answer.ok ? [answer.value.id] : []));
  expect(new Set(ids).size).toBe(40);
  for (const [at, id] of ids.entries()) expect(await queue.get(id)).toMatchObject({ taskId: `t${at}`, state: 'queued', version: 1 });
  expect((await queue.journal(ids[7] ?? '')).map(({ event, version }) => [event, version])).toEqual([['submitted', 1]]);
  expect((await publishedEvents(database.db)).map(({ subject }) => subject).toSorted()).toEqual(ids.toSorted());
  const ledger = createLedger({ db: database.db });
  expect(await ledger.verify()).toMatchObject({ verified: true, entries: 40 });
});

test('what comes back from a submission is what is read later', async () => {
  const answer = await queue.submit(await document('t'), CONTEXT);
  if (!answer.ok) throw new Error('refused');
  expect(answer.value).toEqual(await queue.get(answer.value.id));
});

test('the same attempt by several at once is one entry; another body of it, and an attempt that is too old, are refused alone', async () => {
  const [same, other, beside] = [await document('t', 2), await document('t', 2, 'y\n'), await document('u')];
  const answers = await Promise.allSettled([same, same, same, other, beside].map((body) => queue.submit(body, CONTEXT)));
  const ids = answers.flatMap((answer): string[] => (answer.status === 'fulfilled' && answer.value.ok ? [answer.value.value.id] : []));
  expect(new Set(ids).size).toBe(2);
  // Whoever of the two bodies was first, the other one is refused, each time it was sent.
  const refused = answers.flatMap((answer) => (answer.status === 'rejected' ? [(answer.reason as { code?: string }).code] : []));
  expect(new Set(refused)).toEqual(new Set(['attempt_taken']));
  expect([1, 3]).toContain(refused.length);
  const late = await Promise.allSettled([await document('t', 1), await document('v')].map((body) => queue.submit(body, CONTEXT)));
  expect(late.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  expect((late[0] as PromiseRejectedResult).reason).toMatchObject({ code: 'attempt_stale' });
});

test('a later attempt that comes at the same moment takes the place of the earlier one', async () => {
  const bodies = [await document('t', 1), await document('t', 2, 'y\n')];
  await Promise.all(bodies.map((body) => queue.submit(body, CONTEXT).catch(() => null)));
  const page = await queue.list({ limit: 10 });
  const living = page.items.filter(({ state }) => state === 'queued');
  expect(living.map(({ attempt }) => attempt)).toEqual([2]);
});

test('one that cannot be stored costs those who came with it nothing', async () => {
  const bodies = await Promise.all(['t', 'u', 'v'].map((task) => document(task)));
  const answers = await Promise.allSettled(
    bodies.map((body, at) => queue.submit(body, at === 1 ? { ...CONTEXT, workItemId: 'iss_nobody' } : CONTEXT)),
  );
  expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});

test('many that wait land in few builds once their checks are seen to cost nothing, each with a journal of its own', async () => {
  const answers = await Promise.all(
    (await Promise.all(Array.from({ length: 30 }, (_, at) => document(`t${at}`)))).map((body) => queue.submit(body, CONTEXT)),
  );
  const ids = answers.flatMap((answer): string[] => (answer.ok ? [answer.value.id] : []));
  queue.start();
  for (const id of ids) expect(await untilEnded(queue, id)).toMatchObject({ state: 'landed' });
  const journals = await Promise.all(ids.map((id) => queue.journal(id)));
  for (const journal of journals) expect(journal.map(({ version }) => version)).toEqual(journal.map((_, at) => at + 1));
  const builds = new Set(journals.map((journal) => journal.at(-1)?.detail['build']));
  expect(builds.size).toBeLessThanOrEqual(8);
  expect(await mirror.log(base, 'refs/heads/ai-1', 100)).toHaveLength(30);
  expect((await queue.replay({ repositoryId: CONTEXT.repositoryId, target: 'ai-1' })).same).toBe(true);
});
