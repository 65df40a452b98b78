import type { Actor } from '#kernel/actor.ts';
import { AppError } from '#kernel/errors.ts';
import type { Context } from './commands.context.ts';
import { propose } from './commands.propose.ts';
import { required } from './commands.settle.ts';
import { INVERSES } from './decide.inverse.ts';
import type { ProposingTx } from './model.ts';
import { toAction, type ActionRow } from './store.ts';

/**
 * Proposes the inverse of an executed action; policy decides about it like about any other, and the person who wants it is its proposer.
 * Asked again: the same action. AppError refused `not_executed`, `undo_by_command` (with the command), `irreversible`, `undo_unknown` when
 * the receipt does not say what was there before.
 */
export async function undo(context: Context, tx: ProposingTx, id: string, by: Actor): Promise<ActionRow> {
  const row = await required(tx, id);
  if (row.status !== 'executed')
    throw new AppError('refused', `The action is ${row.status}; only what was executed can be taken back.`, { code: 'not_executed' });
  const inverse = INVERSES[row.record.kind];
  if (inverse.by === 'irreversible')
    throw new AppError('refused', `${row.record.kind} cannot be taken back: ${inverse.why}`, { code: 'irreversible' });
  if (inverse.by === 'command')
    throw new AppError('refused', `${row.record.kind} is taken back by a person.`, { code: 'undo_by_command', hint: `Use: ${inverse.command}` });
  const proposal = inverse.propose(toAction(row));
  if (proposal === null)
    throw new AppError('refused', 'The receipt does not say what was there before.', { code: 'undo_unknown', hint: 'Propose the change by hand.' });
  return propose(context, tx, {
    ...proposal,
    proposer: { subject: by.subject },
    triggerUser: by.kind === 'person' ? by.subject.replace(/^person:/, '') : null,
    projectId: row.projectId,
    workItemId: row.workItemId,
    idempotencyKey: `undo:${id}`,
    runBy: 'executor',
  });
}
