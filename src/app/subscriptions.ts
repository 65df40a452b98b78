import { applyForgeEvent, TASK_WAIT_EVENTS, wakeWaiting } from '#modules/delivery/index.ts';
import type { ForgeEvent } from '#ports/forge-event.ts';
import { subscribeChat } from './chat.ts';
import { followRollout, ROLLOUT_SOURCES } from './rollout.ts';
import type { Context } from './context.ts';
import type { Modules } from './modules.ts';

/** What follows from what: the only place where one module's event becomes another one's command. */
export function subscribe(context: Context, modules: Modules): void {
  const { db, outbox } = context;
  const { access, work, projects, people, delivery, endings, landings, intake, actions } = modules;

  /** Facts as they happen. What was read from a history is stored for whoever counts: nothing begins, ends or is proposed by it. */
  const heard = (consumer: string, act: (fact: ForgeEvent, receivedAt: Date) => Promise<unknown>): void =>
    outbox.subscribe(consumer, ['event.received'], async (event) => {
      if (event.data['backfilled'] === true) return;
      const stored = await intake.get(event.subject);
      if (stored?.document) await act(stored.document, stored.receivedAt);
    });

  const onEvents = { db, work, projects, people, delivery, endings, queries: modules.deliveryQueries, ...modules.onEvents };
  heard('delivery.events', (fact, receivedAt) => applyForgeEvent(onEvents, fact, receivedAt));

  // People's own pull requests, where a project opted in.
  heard('reviews.people_pulls', (fact) => modules.peoplePulls.note(fact));

  // Deactivating somebody ends what they signed in with for good: it does not come back with them. Told
  // late or again, that must not end what they signed in with since they came back.
  outbox.subscribe('access.leavers', ['person.changed'], async (event) => {
    if (event.data['active'] === false) await access.forgetSignIns(event.subject, event.occurredAt);
  });

  // A story that people ended leaves agents, approvals and change requests behind: taken back however the process fares meanwhile.
  outbox.subscribe('delivery.endings', ['story.ended'], (event) => endings.tidy(event.subject));

  // What landed leaves its branch behind, and boxes of parent issues to tick; what turns the default branch red is told.
  outbox.subscribe('delivery.landed', ['story.ended'], (event) => landings.cleanUp(event.subject));
  heard('delivery.landings', (fact) => landings.hear(fact));

  // The tag of a version: its release is drafted, and its entry in the changelog proposed.
  heard('releases.tags', (fact) => modules.releaseTasks.hear(fact));
  // Those of the past say which one the next follows.
  outbox.subscribe('releases.past', ['event.received'], async (event) => {
    if (event.data['backfilled'] !== true) return;
    const stored = await intake.get(event.subject);
    if (stored?.document) await modules.releaseTasks.remember(stored.document);
  });

  // A task that waits for a person goes on when their change request moves, or the task changes hands.
  outbox.subscribe('delivery.waits', TASK_WAIT_EVENTS, (event) => wakeWaiting({ db, workflow: context.workflow }, event));

  // A rollback whose push needed an approval goes into the queue when it was given, and is given up when it was not.
  outbox.subscribe('queue.rollbacks', ['action.approved', 'action.declined', 'action.expired', 'action.superseded', 'action.withdrawn'], (event) =>
    modules.queue.settleAction(event.subject),
  );

  subscribeChat(context, modules);

  // Stories that wait for money look again when some may have arrived, or people said no.
  outbox.subscribe('budget.waits', ['budget.raised', 'budget.cap_changed', 'budget.resumed', 'action.declined', 'action.expired'], async (event) => {
    if (event.type.startsWith('action.') && event.data['kind'] !== 'budget.raise') return;
    await db.tx(async (tx) => {
      for (const id of await modules.budget.wake(tx))
        await context.workflow.send(tx, id, 'budget', { event: event.type }, `budget:${event.seq}:${id}`);
    });
  });

  // A record of each landing and each merge; a delivery again finds it made.
  outbox.subscribe('compliance.records', ['change_request.landed', 'action.executed'], (event) => modules.compliance.recordEvent(event));

  // What Reeve would have done is held against what people then do: the evidence by which a project leaves a stage.
  outbox.subscribe('rollout.decisions', [...ROLLOUT_SOURCES], async (event) => {
    if (event.data['backfilled'] !== true) await followRollout(modules, event);
  });

  // Actions proposed over HTTP have no workflow that waits for them: the executor takes them up itself.
  outbox.subscribe('actions.executor', ['action.approved', 'action.proposed'], async (event) => {
    if (event.data['run_by'] === 'executor') await actions.executeDue();
  });
}
