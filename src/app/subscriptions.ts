import { applyForgeEvent } from '#modules/delivery/index.ts';
import type { Context } from './context.ts';
import type { Modules } from './modules.ts';

/** What follows from what: the only place where one module's event becomes another one's command. */
export function subscribe(context: Context, modules: Modules): void {
  const { db, outbox } = context;
  const { work, projects, people, delivery, intake, actions } = modules;

  outbox.subscribe('delivery.events', ['event.received'], async (event) => {
    const stored = await intake.get(event.subject);
    if (stored?.document) await applyForgeEvent({ db, work, projects, people, delivery }, stored.document);
  });

  // Actions proposed over HTTP have no workflow that waits for them: the executor takes them up itself.
  outbox.subscribe('actions.executor', ['action.approved', 'action.proposed'], async (event) => {
    if (event.data['run_by'] === 'executor') await actions.executeDue();
  });
}
