import { applyForgeEvent, TASK_WAIT_EVENTS, wakeWaiting } from '#modules/delivery/index.ts';
import type { Context } from './context.ts';
import type { Modules } from './modules.ts';

/** What follows from what: the only place where one module's event becomes another one's command. */
export function subscribe(context: Context, modules: Modules): void {
  const { db, outbox } = context;
  const { work, projects, people, delivery, endings, intake, actions } = modules;

  outbox.subscribe('delivery.events', ['event.received'], async (event) => {
    const stored = await intake.get(event.subject);
    if (stored?.document) await applyForgeEvent({ db, work, projects, people, delivery, endings, queries: modules.deliveryQueries }, stored.document);
  });

  // A story that people ended leaves agents, approvals and change requests behind: taken back however the process fares meanwhile.
  outbox.subscribe('delivery.endings', ['story.ended'], (event) => endings.tidy(event.subject));

  // A task that waits for a person goes on when their change request moves, or the task changes hands.
  outbox.subscribe('delivery.waits', TASK_WAIT_EVENTS, (event) => wakeWaiting({ db, workflow: context.workflow }, event));

  // A rollback whose push needed an approval goes into the queue when it was given, and is given up when it was not.
  outbox.subscribe('queue.rollbacks', ['action.approved', 'action.declined', 'action.expired', 'action.superseded', 'action.withdrawn'], (event) =>
    modules.queue.settleAction(event.subject),
  );

  // Actions proposed over HTTP have no workflow that waits for them: the executor takes them up itself.
  outbox.subscribe('actions.executor', ['action.approved', 'action.proposed'], async (event) => {
    if (event.data['run_by'] === 'executor') await actions.executeDue();
  });
}
