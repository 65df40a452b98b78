import { setTimeout as pause } from 'node:timers/promises';
import { SYSTEM_ACTOR } from '#kernel/actor.ts';
import { createLedger } from '#modules/ledger/index.ts';
import { createMergeQueue, type MergeQueue } from '#modules/merge-queue/index.ts';
import { createProjects } from '#modules/projects/index.ts';
import { createIds, systemClock } from '#platform/crypto/index.ts';
import type { Db } from '#platform/db/index.ts';
import { createOutbox } from '#platform/outbox/index.ts';
import type { Mirror } from '#ports/git.ts';
import type { TimeSplit } from './model.ts';
import type { QueueBenchDeps } from './steps.context.ts';
import type { Subject } from './steps.history.ts';
import { createStopwatch, type Stopwatch } from './steps.stopwatch.ts';
import { OPEN_RULES, type Submission } from './steps.submission.ts';

/** Change requests per second of each run. */
export interface QueueRates {
  endToEnd: number[];
  landing: number[];
  /** Over all runs. */
  landed: number;
  tried: number;
  /** While landing alone, seconds for each change request. */
  split: TimeSplit;
}

export interface QueuePlan {
  head: string;
  submissions: readonly Submission[];
  runs: number;
  progress(line: string): void;
}

const TIMEOUT_MS = 600_000;
const ENDED: ReadonlySet<string> = new Set(['landed', 'quarantined', 'dropped', 'already_landed']);

/** The product's own queue on a real database: admission, journal, ledger, events, leases; only the checks pass at once. */
export async function measureQueue(deps: QueueBenchDeps, subject: Subject, plan: QueuePlan): Promise<QueueRates> {
  const { db, close } = await deps.openDatabase();
  try {
    const watch = createStopwatch();
    const queue = await openQueue(deps, subject, { plain: db, watched: watch.db(db), mirror: watch.mirror(subject.mirror) });
    const rates: QueueRates = { endToEnd: [], landing: [], landed: 0, tried: 0, split: { git: 0, database: 0, rest: 0 } };
    for (let run = 0; run < plan.runs; run += 1) {
      plan.progress(`throughput ${subject.name}: queue on its database, run ${run + 1} of ${plan.runs}`);
      for (const kind of ['endToEnd', 'landing'] as const) {
        const done = await runQueue(queue, subject, { ...plan, target: `bench/${kind}-${run}`, startFirst: kind === 'endToEnd', watch });
        if (kind === 'landing') addSplit(rates.split, watch.read(done.seconds), plan.runs * plan.submissions.length);
        rates[kind].push(plan.submissions.length / done.seconds);
        rates.landed += done.landed;
        rates.tried += plan.submissions.length;
      }
    }
    return rates;
  } finally {
    await close();
  }
}

interface BenchQueue {
  queue: MergeQueue;
  /** How many entries have ended; the queue tells whoever waits for one, so nobody has to ask. */
  ended: { count: number };
  projectId: string;
  repositoryId: string;
}

function addSplit(sum: TimeSplit, part: TimeSplit, changes: number): void {
  for (const kind of ['git', 'database', 'rest'] as const) sum[kind] += part[kind] / changes;
}

async function openQueue(deps: QueueBenchDeps, subject: Subject, on: { plain: Db; watched: Db; mirror: Mirror }): Promise<BenchQueue> {
  const db = on.plain;
  const clock = systemClock;
  const ids = createIds(clock);
  const ledger = createLedger({ db });
  const outbox = createOutbox({ db, log: deps.log, clock, ids });
  const projects = createProjects({ db, clock, ids, ledger, outbox });
  const project = await projects.create({ key: 'bench', name: 'Bench' }, SYSTEM_ACTOR);
  const repository = await projects.addRepository(
    { projectId: project.id, forge: 'path', name: subject.mirror.dir, defaultBranch: 'main' },
    SYSTEM_ACTOR,
  );
  const ended = { count: 0 };
  const queue = createMergeQueue({
    db: on.watched,
    clock,
    ids,
    ledger,
    outbox,
    log: deps.log,
    workerId: `bench-${process.pid}`,
    mirrors: async () => on.mirror,
    rules: async () => OPEN_RULES,
    verify: async () => ({ passed: true, checks: [{ name: 'test', command: 'true', exit_code: 0, output: '' }] }),
    notify: async () => {
      ended.count += 1;
    },
  });
  return { queue, ended, projectId: project.id, repositoryId: repository.id };
}

/** So many agents hand in their changes at the same moment. */
const AGENTS = 20;

/** `startFirst`: landing goes on while changes are still coming in. */
async function runQueue(
  { queue, ended, projectId, repositoryId }: BenchQueue,
  subject: Subject,
  plan: QueuePlan & { target: string; startFirst: boolean; watch: Stopwatch },
): Promise<{ seconds: number; landed: number }> {
  await subject.mirror.compareAndSwap(`refs/heads/${plan.target}`, null, plan.head);
  const context = {
    actor: SYSTEM_ACTOR.subject,
    projectId,
    repositoryId,
    workItemId: null,
    publish: { kind: 'mirror' } as const,
    notifyWorkflow: 'bench',
  };
  ended.count = 0;
  let started = performance.now();
  if (plan.startFirst) queue.start();
  const ids: string[] = [];
  for (let at = 0; at < plan.submissions.length; at += AGENTS) {
    const together = plan.submissions
      .slice(at, at + AGENTS)
      .map(({ document }, place) => queue.submit({ ...document, task_id: `${plan.target}/${at + place}`, target: plan.target }, context));
    for (const admitted of await Promise.all(together)) if (admitted.ok) ids.push(admitted.value.id);
  }
  if (!plan.startFirst) {
    plan.watch.reset();
    started = performance.now();
    queue.start();
  }
  while (ended.count < ids.length) {
    if (performance.now() > started + TIMEOUT_MS)
      throw new Error(`${ids.length - ended.count} change requests have not ended after ${TIMEOUT_MS / 1000} s`);
    await pause(2);
  }
  // The last transaction told of its entries just before it was committed.
  await untilAllEnded(queue, ids.slice(-1));
  const seconds = (performance.now() - started) / 1000;
  await queue.stop(0);
  return { seconds, landed: await untilAllEnded(queue, ids) };
}

/** Answers how many landed. */
async function untilAllEnded(queue: MergeQueue, ids: readonly string[]): Promise<number> {
  let landed = 0;
  for (const id of ids) {
    let state = (await queue.get(id))?.state ?? '';
    for (; !ENDED.has(state); state = (await queue.get(id))?.state ?? '') await pause(2);
    if (state === 'landed') landed += 1;
  }
  return landed;
}
