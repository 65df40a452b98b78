import { AppError } from '#kernel/errors.ts';
import type { Approval } from '#modules/approvals/index.ts';
import type { ChatInput } from '#ports/chat.ts';
import { approvalFor, linked, type ChatDeps } from './commands.context.ts';
import { readModification } from './decide.form.ts';
import { BUTTONS, parseSubject, type Linked, type Subject } from './model.ts';

type Form = Extract<ChatInput, { kind: 'form' }>;

/** A form that was sent in: null closes it; else what does not fit, by field. Refusals are thrown and shown beside the first field. */
export async function answerForm(deps: ChatDeps, input: Form): Promise<Record<string, string> | null> {
  const subject = parseSubject(input.value);
  if (subject === null) throw new AppError('invalid', 'This form is none of ours.', { code: 'chat_malformed' });
  const who = await linked(deps, input.speaker);
  const approval = await approvalFor(deps, subject.id, who);
  switch (input.form) {
    case BUTTONS.approve:
      await deps.approvals.decide(
        subject.id,
        {
          decision: 'approve',
          digest: subject.digest,
          typed: true,
          confirm: input.fields['confirm'] ?? '',
          ...reasonOf(input.fields['reason']),
        },
        who.actor,
      );
      return null;
    case BUTTONS.modify:
      return modify(deps, input, { who, subject, approval });
    case BUTTONS.question:
      await deps.approvals.note(subject.id, { kind: 'question', text: input.fields['question'] ?? '' }, who.actor);
      return null;
    case BUTTONS.reassign:
      await deps.approvals.reassign(subject.id, input.fields['to'] ?? '', input.fields['reason'] ?? null, who.actor);
      return null;
    default:
      throw new AppError('invalid', 'This form is none of ours.', { code: 'chat_malformed' });
  }
}

interface Sent {
  who: Linked;
  subject: Subject;
  approval: Approval;
}

async function modify(deps: ChatDeps, input: Form, { who, subject, approval }: Sent): Promise<Record<string, string> | null> {
  const read = readModification(approval.action.record.args, input.fields);
  if (read.kind === 'problems') return read.problems;
  await deps.approvals.decide(subject.id, { decision: 'modify', digest: subject.digest, modifiedArgs: read.args, typed: true }, who.actor);
  return null;
}

const reasonOf = (text: string | undefined): { reason?: string } => (text === undefined || text.trim() === '' ? {} : { reason: text.slice(0, 2000) });
