import type { Approval } from '#modules/approvals/index.ts';
import type { ChatButton, ChatMessage, ChatPart } from '#ports/chat.ts';
import { BUTTONS, subjectText } from './model.ts';

/** What one block of the chat shows; the card itself counts what it cuts. */
const MOST_CARD = 2900;
const MOST_NOTES = 5;

const WORDS: Readonly<Record<Approval['status'], string>> = {
  pending: 'Approval needed',
  approved: 'Approved',
  declined: 'Declined',
  modified: 'Replaced by a changed action',
  expired: 'Ran out: nobody decided in time',
  withdrawn: 'Withdrawn',
};

/** Text of people and agents with every hidden character as an escape, as cards show it. */
export interface Shown {
  /** The card: made from the record the digest covers and nothing else. */
  card: string;
  visible(text: string): string;
}

/** How an approval stands, as a message. Buttons only while it waits. */
export function approvalMessage(approval: Approval, { card, visible }: Shown): ChatMessage {
  const { action, status } = approval;
  const heading = `${WORDS[status]}: ${action.record.kind} (${action.record.risk} risk)`;
  const parts: ChatPart[] = [
    { kind: 'heading', text: heading },
    { kind: 'preformatted', text: cutCard(card, approval.id) },
    { kind: 'note', text: standing(approval, visible) },
  ];
  if (approval.notes.length > 0) parts.push({ kind: 'note', text: notesText(approval, visible) });
  if (status === 'pending') parts.push({ kind: 'buttons', buttons: buttonsOf(approval) });
  return { text: `${heading} ${visible(action.record.target.repo)}`, parts };
}

function buttonsOf({ id, action }: Approval): ChatButton[] {
  const value = subjectText({ id, digest: action.digest });
  const plain = (name: 'modify' | 'question' | 'reassign', label: string): ChatButton => ({ id: BUTTONS[name], label, style: 'plain', value });
  return [
    { id: BUTTONS.approve, label: 'Approve', style: 'good', value },
    { id: BUTTONS.decline, label: 'Decline', style: 'bad', value },
    // A plan is changed as a plan.
    ...(action.record.kind === 'plan.approve' ? [] : [plain('modify', 'Modify')]),
    plain('question', 'Needs info'),
    plain('reassign', 'Reassign'),
  ];
}

/** What does not fit is counted, and where the rest is to be read is said. */
export function cutCard(card: string, id: string): string {
  const points = Array.from(card.trimEnd());
  if (points.length <= MOST_CARD) return points.join('');
  return `${points.slice(0, MOST_CARD).join('')}\n… ${MOST_CARD} of ${points.length} characters are shown. Read all of it before you decide: reeve approvals show ${id}`;
}

function standing(approval: Approval, visible: (text: string) => string): string {
  const { votes, action, decidedBy, decidedAt, reason, asked, status } = approval;
  if (status === 'pending') {
    const roles = action.decision.kind === 'approval' ? action.decision.approvers.join(' or ') : 'people';
    const who = asked === null ? roles : `${asked} (or any ${roles})`;
    return `${votes.yes} of ${votes.needed} approved. Waits for ${who} until ${action.expiresAt.toISOString()}.`;
  }
  const by = decidedBy === null ? '' : ` by ${visible(decidedBy)}`;
  const why = reason === null || reason === '' ? '' : ` Reason: ${clip(visible(reason), 500)}`;
  return `${WORDS[status]}${by} at ${decidedAt?.toISOString() ?? 'an unknown time'}.${why}${approval.selfApproved ? ' Approved by who asked for it.' : ''}`;
}

const NOTE_WORDS = { question: 'asks', answer: 'answers', reassigned: 'passed it to', reminded: 'reminds', escalated: 'escalated to' } as const;

function notesText({ notes }: Approval, visible: (text: string) => string): string {
  const left = notes.length - MOST_NOTES;
  const lines = notes.slice(-MOST_NOTES).map((note) => `${visible(note.by)} ${NOTE_WORDS[note.kind]}: ${clip(visible(note.text), 400)}`);
  return [...(left > 0 ? [`${left} earlier notes are not shown.`] : []), ...lines].join('\n');
}

function clip(text: string, most: number): string {
  const points = Array.from(text);
  return points.length <= most ? text : `${points.slice(0, most).join('')}… (${points.length} characters)`;
}

/** A message of one paragraph. */
export const paragraph = (text: string): ChatMessage => ({ text, parts: [{ kind: 'text', text }] });
