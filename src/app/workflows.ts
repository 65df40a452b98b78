import { forgetOldAnswers } from '#platform/http/index.ts';
import { createCrowded, settlesWithin } from '#platform/process/index.ts';
import { runQueue, runWorkflow } from '#modules/agents/index.ts';
import {
  createTurns,
  deliverStory,
  deliverTask,
  DELIVERY_QUEUE,
  STORY_WORKFLOW,
  TASK_WORKFLOW,
  type StoryInput,
  type TaskInput,
} from '#modules/delivery/index.ts';
import { HELP_QUEUE, HELP_WORKFLOW, helpPull, type HelpInput } from '#modules/reviews/index.ts';
import type { Context } from './context.ts';
import type { Modules } from './modules.ts';
import { backfill, BACKFILL_QUEUE, BACKFILL_WORKFLOW, type BackfillInput } from '#modules/intake/index.ts';
import { reconcileGithub } from './reconcile.ts';
import { rereadGithub } from './reread.ts';

/** How often a queue is looked at, in milliseconds: what a person at a terminal does not notice. */
const LOOK_MS = 100;

/** Short steps of stories one process works on at once at most: many, because on a forge far away they mostly wait. */
const STEPS_AT_ONCE = 32;

/** From this share of its time on, a process that computes begins no second step beside the first. */
const CROWDED_SHARE = 0.5;

/** The durable workflows and their queues; the same in every process of an installation. */
export async function defineWorkflows(context: Context, modules: Modules): Promise<void> {
  const { workflow, config } = context;
  const { steps, agents } = modules;
  const effects = {
    steps,
    turn: createTurns({ most: STEPS_AT_ONCE, isCrowded: createCrowded(CROWDED_SHARE) }),
    asksModel: config.model !== 'rules',
    ended: modules.endings.ended,
    abandon: modules.endings.abandon,
  };
  workflow.defineQueue({ name: DELIVERY_QUEUE, pollingIntervalMs: LOOK_MS });
  const total = await modules.settings.get('agents.max_concurrent_runs');
  workflow.defineQueue({ ...runQueue({ total, perWorker: Math.min(total, config.workerConcurrency) }), pollingIntervalMs: LOOK_MS });
  workflow.define<StoryInput>({ name: STORY_WORKFLOW, queue: DELIVERY_QUEUE, run: (story, input) => deliverStory(story, effects, input) });
  workflow.define<TaskInput>({ name: TASK_WORKFLOW, queue: DELIVERY_QUEUE, run: (task, input) => deliverTask(task, effects, input) });
  // Few at a time in a process: they read what a forge's limit leaves.
  workflow.defineQueue({ name: BACKFILL_QUEUE, workerConcurrency: 2, pollingIntervalMs: 500 });
  workflow.define<BackfillInput>({ name: BACKFILL_WORKFLOW, queue: BACKFILL_QUEUE, run: (at, input) => backfill(at, modules.backfillSteps, input) });
  // Each waits for the quiet of a pull request and for agents: many lie side by side.
  workflow.defineQueue({ name: HELP_QUEUE, pollingIntervalMs: 500 });
  workflow.define<HelpInput>({ name: HELP_WORKFLOW, queue: HELP_QUEUE, run: (help, input) => helpPull(help, modules.helpSteps, input) });
  workflow.define(runWorkflow({ execute: (request) => agents.execute(request, workflow.aborting) }));

  workflow.schedule({ name: 'intake.purge', cron: '0 17 3 * * *', run: (at) => at.step('intake.purge', () => purge(context, modules)) });
  workflow.schedule({
    name: 'compliance.invariants',
    cron: '0 41 3 * * *',
    run: (at) => at.step('compliance.invariants', () => lookAtInvariants(context, modules)),
  });
  workflow.schedule({
    name: 'github.reconcile',
    cron: '0 */15 * * * *',
    run: (at) => at.step('github.reconcile', async () => void (await reconcileGithub(context, modules, { atStart: false }))),
  });
  workflow.schedule({
    name: 'github.reread',
    cron: '0 23 2 * * *',
    run: (at) => at.step('github.reread', async () => void (await rereadGithub(context, modules))),
  });
  // Webhooks get lost, and people act while no server listens: what the forge shows is looked at now and then (and at each start).
  workflow.schedule({
    name: 'delivery.look',
    cron: '0 */10 * * * *',
    run: (at) =>
      at.step('delivery.look', async () => {
        await modules.endings.lookAround();
        await modules.landings.lookAround();
      }),
  });
}

/** What does not hold is an error in the log as well, where alarms look. */
async function lookAtInvariants({ log }: Context, modules: Modules): Promise<void> {
  const broken = await modules.compliance.recordInvariants();
  if (broken.length > 0) log.error({ broken }, 'invariants of the ledger do not hold; see `reeve ledger invariants`');
}

/** What is kept for a while only: raw payloads, the embedded forge's delivered events, and answers kept for a repetition. */
async function purge({ db }: Context, modules: Modules): Promise<void> {
  const days = await modules.settings.get('intake.raw_retention_days');
  await modules.intake.purgeRaw(days);
  await modules.local.deliveries.purge(days);
  await forgetOldAnswers(db);
}

const SWEEP_EVERY_MS = 5000;
/** How long a stop waits for what is being told outside: it is claimed for a time and told again by whoever comes after. */
const TELLING_PATIENCE_MS = 2000;

type Sweep = readonly [name: string, work: () => Promise<unknown>];

/**
 * Small recurring work of every worker, safe to do twice: approvals and reservations that ran out, actions nobody's workflow waits for, and
 * events of the embedded forge and rollbacks of the queue that a crash left behind. What tells systems outside goes by itself: a slow
 * one keeps no approval waiting. Answers how to stop it.
 */
export function startSweeps(context: Context, modules: Modules): () => Promise<void> {
  const { log } = context;
  const own: readonly Sweep[] = [
    ['approvals', () => modules.approvals.expireDue()],
    ['reminders', () => modules.approvals.remindDue()],
    ['chat', async () => modules.connectedChat?.chat.resume()],
    ['actions', () => modules.actions.executeDue()],
    ['reservations', () => modules.budget.releaseLapsed()],
    ['deliveries', () => modules.local.deliveries.flush()],
    ['rollbacks', () => modules.queue.resumeRollbacks()],
  ];
  const first = Promise.all([
    modules.endings
      .lookAround()
      .catch((error: unknown) => log.warn({ err: error }, 'the stories under way could not be looked at; it is done again')),
    reconcileGithub(context, modules, { atStart: true }).catch((error: unknown) =>
      log.warn({ err: error }, 'GitHub could not be read for what was missed; it is done again'),
    ),
  ]);
  const stopOwn = repeat(own, log);
  const stopTelling = [
    repeat([['checkpoints', () => modules.ledger.anchorDue()]], log),
    repeat([['change notices', () => modules.compliance.deliverDue()]], log),
    repeat([['guards', () => modules.actions.lookAtGuards()]], log),
  ];
  return async () => {
    const told = settlesWithin(Promise.all(stopTelling.map((stop) => stop())), TELLING_PATIENCE_MS);
    await Promise.all([first, stopOwn(), told]);
  };
}

/** Does all of it at once and then again and again, one after the other. Answers how to stop it; that waits for what is being done. */
function repeat(sweeps: readonly Sweep[], log: Context['log']): () => Promise<void> {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  const sweep = async (): Promise<void> => {
    for (const [name, work] of sweeps)
      await work().catch((error: unknown) => log.warn({ err: error, sweep: name }, 'a sweep failed; it is done again'));
  };
  const next = (): void => {
    if (stopped) return;
    timer = setTimeout(() => {
      running = sweep().finally(next);
    }, SWEEP_EVERY_MS);
    timer.unref();
  };
  let running = sweep().finally(next);
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await running;
  };
}
