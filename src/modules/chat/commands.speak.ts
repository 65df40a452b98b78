import { AppError, isAppError } from '#kernel/errors.ts';
import { visible, type Approval } from '#modules/approvals/index.ts';
import type { WorkItem } from '#modules/work/index.ts';
import type { ChatForm, ChatInput, ChatMessage } from '#ports/chat.ts';
import { approvalFor, linked, shownOf, type ChatDeps } from './commands.context.ts';
import { decideUnbuilt, parseSought, triageText, USAGE } from './decide.command.ts';
import { confirmForm, modifyForm, questionForm, reassignForm } from './decide.form.ts';
import { paragraph } from './decide.message.ts';
import { BUTTONS, parseSubject, type Linked, type Subject } from './model.ts';

type Command = Extract<ChatInput, { kind: 'command' }>;
type Press = Extract<ChatInput, { kind: 'press' }>;

/** The message after the acknowledgement. Only people we know are answered with anything of ours. */
export async function answerCommand(deps: ChatDeps, input: Command): Promise<void> {
  const who = await linked(deps, input.speaker);
  const text = decideUnbuilt(input.command) ?? (input.command === 'triage' ? await triageAnswer(deps, input.text, who) : `Unknown command. ${USAGE}`);
  if (input.reply !== null) await deps.answers.reply(input.reply, toReply(text));
}

function toReply(text: string): ChatMessage {
  return text.includes('\n')
    ? { text: text.slice(0, text.indexOf('\n')), parts: [{ kind: 'preformatted', text: text.slice(0, 2900) }] }
    : paragraph(text);
}

async function triageAnswer(deps: ChatDeps, text: string, who: Linked): Promise<string> {
  const items = await sought(deps, text, who);
  if (items === null) return USAGE;
  if (items.length === 0) return `There is no such issue: ${visible(text).slice(0, 100)}.`;
  const shown = await Promise.all(items.slice(0, 3).map(async (item) => triageText(item, await deps.triage.get(item.id), visible)));
  return shown.join('\n\n');
}

/** Issues of other projects are not there for who is limited: the same words as for what there never was. */
async function sought(deps: ChatDeps, text: string, { projects }: Linked): Promise<WorkItem[] | null> {
  const wanted = parseSought(text);
  if (wanted.kind === 'usage') return null;
  if (wanted.kind === 'id') {
    const item = await deps.work.get(wanted.id);
    return item === null || !(projects === null || projects.includes(item.projectId)) ? [] : [item];
  }
  const filter = { number: wanted.number, limit: 50, order: 'newest' } as const;
  const pages = await Promise.all((projects ?? [undefined]).map((projectId) => deps.work.list({ ...filter, projectId })));
  const items = pages.flatMap((page) => page.items);
  if (wanted.repo === null) return items;
  const named = await Promise.all(items.map(async (item) => (item.repositoryId === null ? null : deps.repositoryName(item.repositoryId))));
  return items.filter((_, at) => named[at]?.toLowerCase() === wanted.repo?.toLowerCase());
}

/** A button on an approval's message. */
export async function answerPress(deps: ChatDeps, input: Press): Promise<void> {
  const subject = parseSubject(input.value);
  if (subject === null) throw new AppError('invalid', 'This button is none of ours.', { code: 'chat_malformed' });
  const who = await linked(deps, input.speaker);
  const approval = await approvalFor(deps, subject.id, who);
  switch (input.button) {
    case BUTTONS.approve:
      return approve(deps, input, { who, approval, subject });
    case BUTTONS.decline: {
      const done = await deps.approvals.decide(subject.id, { decision: 'decline', digest: subject.digest, typed: true }, who.actor);
      return tell(deps, input, `Declined: ${done.action.record.kind}.`);
    }
    case BUTTONS.modify:
      return open(deps, input, { approval, form: () => modifyForm(approval, shownOf(approval)) });
    case BUTTONS.question:
      return open(deps, input, { approval, form: () => questionForm(approval) });
    case BUTTONS.reassign: {
      const candidates = await candidatesOf(deps, approval);
      return open(deps, input, { approval, form: () => reassignForm(approval, candidates) });
    }
    default:
      throw new AppError('invalid', 'This button is none of ours.', { code: 'chat_malformed' });
  }
}

interface Pressed {
  who: Linked;
  approval: Approval;
  subject: Subject;
}

/** Asks first: whoever may not decide, or comes too late, hears that; only then a form asks for the name. */
async function approve(deps: ChatDeps, input: Press, { who, approval, subject }: Pressed): Promise<void> {
  try {
    const done = await deps.approvals.decide(subject.id, { decision: 'approve', digest: subject.digest, typed: true }, who.actor);
    const more = done.status === 'pending' ? ` ${done.votes.yes} of ${done.votes.needed}; it waits for somebody else.` : '';
    return await tell(deps, input, `Approved: ${done.action.record.kind}.${more}`);
  } catch (error) {
    if (!isAppError(error, 'invalid') || error.code !== 'confirm_missing') throw error;
  }
  await open(deps, input, { approval, form: () => confirmForm(approval, shownOf(approval)) });
}

async function open(deps: ChatDeps, input: Press, { approval, form }: { approval: Approval; form: () => ChatForm }): Promise<void> {
  if (approval.status !== 'pending')
    throw new AppError('conflict', `It was ${approval.status} by ${visible(approval.decidedBy ?? 'somebody')} already.`, { code: 'already_decided' });
  if (input.trigger === null) throw new AppError('invalid', 'This press carries nothing to open a form with.', { code: 'chat_malformed' });
  try {
    await deps.answers.openForm(input.trigger, form());
  } catch (error) {
    if (isAppError(error, 'refused') && error.code === 'chat_trigger_expired')
      throw new AppError('refused', 'That took too long; please press the button again.', { code: error.code, cause: error });
    throw error;
  }
}

async function candidatesOf(deps: ChatDeps, approval: Approval): Promise<string[]> {
  const { decision } = approval.action;
  const roles = decision.kind === 'approval' ? decision.approvers : [];
  const ladder = ['developer', 'maintainer', 'manager', 'admin'] as const;
  const lowest = ladder.findIndex((role) => roles.includes(role));
  const above = lowest < 0 ? [] : ladder.slice(lowest).map((role) => `role:${role}`);
  return [...(await deps.approvals.eligible(approval.id)), ...above];
}

async function tell(deps: ChatDeps, input: Press, text: string): Promise<void> {
  if (input.reply !== null) await deps.answers.reply(input.reply, paragraph(text));
}
