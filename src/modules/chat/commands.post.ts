import { AppError } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { Approval } from '#modules/approvals/index.ts';
import type { ChatDeps } from './commands.context.ts';

/** One message per approval, by this key of its action; what follows edits that message. */
const postKey = (approvalId: string): string => `approval.notify:${approvalId}`;

/** Nothing is posted without a channel, and a post about a post would have no end. */
async function concerned(deps: ChatDeps, approvalId: string): Promise<{ approval: Approval; channel: string } | null> {
  if (deps.channel === null) return null;
  const approval = await deps.approvals.get(approvalId);
  return approval === null || approval.action.record.kind === 'approval.notify' ? null : { approval, channel: deps.channel };
}

export async function announce(deps: ChatDeps, approvalId: string): Promise<void> {
  const about = await concerned(deps, approvalId);
  if (about === null) return;
  await propose(deps, about.approval, postKey(approvalId), { what: 'post', approval_id: approvalId, channel: about.channel });
}

export async function refresh(deps: ChatDeps, approvalId: string, cause: string): Promise<void> {
  const about = await concerned(deps, approvalId);
  if (about === null) return;
  const posted = await deps.actions.byKey(postKey(approvalId));
  if (posted === null || !['approved', 'executing', 'executed'].includes(posted.status)) return;
  const place = posted.outcome;
  // The event comes again a little later; by then the message is out, or will never be.
  if (posted.status !== 'executed' || place === null)
    throw new AppError('unavailable', 'The message of this approval is on its way.', { code: 'chat_not_posted_yet' });
  const { channel, message } = place;
  if (typeof channel !== 'string' || typeof message !== 'string') return;
  await propose(deps, about.approval, `${postKey(approvalId)}:${cause}`, { what: 'update', approval_id: approvalId, channel, message });
}

export async function remind(deps: ChatDeps, approvalId: string, cause: string, text: string): Promise<void> {
  const about = await concerned(deps, approvalId);
  if (about === null || about.approval.status !== 'pending') return;
  await propose(deps, about.approval, `${postKey(approvalId)}:${cause}`, { what: 'remind', approval_id: approvalId, channel: about.channel, text });
}

/** Policy decides about messages as about everything else that leaves; by default it lets these out. */
async function propose(deps: ChatDeps, approval: Approval, idempotencyKey: string, args: JsonObject): Promise<void> {
  const { record, projectId, workItemId } = approval.action;
  const { forge, repo } = record.target;
  await deps.actions.transaction((tx) =>
    deps.actions.propose(tx, {
      kind: 'approval.notify',
      target: { forge, repo },
      args,
      proposer: { subject: 'system' },
      triggerUser: null,
      projectId,
      workItemId,
      idempotencyKey,
      runBy: 'executor',
    }),
  );
}
