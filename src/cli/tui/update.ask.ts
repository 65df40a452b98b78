import type { ApprovalBody } from './bodies.ts';
import { changedTo } from './format.ts';
import { only, told, type Next, type State } from './model.ts';
import { chosenRow, type Row } from './rows.ts';
import { entered } from './update.enter.ts';

/** Why nobody can say yes to it yet; null: all of it was read, and it is what the decision would name. */
export function unreadWhy({ details }: State, { id, digest }: ApprovalBody): string | null {
  const part = details.get(id);
  if (part === undefined || part.value === null) return part?.problem ?? 'What would happen is still being read.';
  return part.value.detail.approval.digest === digest ? null : 'What is shown is not what would be decided. Tell whoever runs Reeve.';
}

/** Asks for a reason first; high risk also for the name. One approval is shown whole while it is asked about. */
export function deciding(state: State, row: Row | null, decision: 'approve' | 'decline'): State {
  const many = state.view !== 'approvals' || state.opened ? [] : (state.snapshot.approvals.value ?? []).filter(({ id }) => state.marked.has(id));
  const chosen = many.length > 0 ? many : row?.kind === 'approval' ? [row.approval] : [];
  const [first] = chosen;
  if (first === undefined) return told(state, 'This is nothing to decide.');
  if (chosen.length === 1) {
    const refused = refusalOf(first);
    const whole = many.length > 0 ? shownWhole(state, first) : entered(state);
    return refused === null ? decisionAbout(whole, chosen, decision) : told(state, refused, 'bad');
  }
  if (decision === 'approve' && chosen.some(({ confirm }) => confirm !== null)) return told(state, 'High risk is approved one at a time.', 'bad');
  return decisionAbout(state, chosen, decision);
}

/** One that is marked, or the last that is left of several, need not be the row that is chosen. */
export function shownWhole(state: State, { id }: ApprovalBody): State {
  const at: State = { ...state, chosen: { ...state.chosen, approvals: id } };
  return entered(chosenRow(at)?.id === id ? at : { ...at, filter: '' });
}

function decisionAbout(state: State, chosen: readonly ApprovalBody[], decision: 'approve' | 'decline'): State {
  return { ...state, prompt: { kind: 'decide', decision, chosen, step: 'reason', text: '', reason: '' } };
}

const refusalOf = ({ you }: ApprovalBody): string | null =>
  you?.may_decide === false && you.why_not !== null ? `You may not decide this. ${you.why_not.reason}` : null;

/** What stands in the place of what was changed is shown whole and asked about, as the next thing to decide. */
export function replacedShown(state: State, approval: ApprovalBody): State {
  const there: State = {
    ...state,
    view: 'approvals',
    opened: true,
    scroll: 0,
    back: null,
    filter: '',
    chosen: { ...state.chosen, approvals: approval.id },
    busy: false,
  };
  const refused = refusalOf(approval);
  if (refused !== null) return told(there, `It was changed, and somebody else decides it. ${refused}`);
  if (state.prompt === null) return decisionAbout(there, [approval], 'approve');
  return told({ ...state, busy: false }, changedTo(approval.id));
}

/** Lets a person write other arguments in their editor. */
export function editing(state: State, row: Row | null): Next {
  if (row?.kind !== 'approval') return only(told(state, 'This is nothing to change.'));
  const { approval } = row;
  const unread = refusalOf(approval) ?? unreadWhy(state, approval);
  if (unread !== null) return only(told(entered(state), unread, 'bad'));
  const modify = state.details.get(approval.id)?.value?.detail.modify;
  if (modify?.possible !== true) return only(told(entered(state), modify?.why_not ?? 'It cannot be changed.', 'bad'));
  if (!state.has.editor) return only(told(state, `Name an editor in EDITOR, or use: reeve approvals modify ${approval.id} --args JSON`, 'bad'));
  return { state: { ...entered(state), busy: true }, effects: [{ kind: 'edit', approval, written: null }] };
}

/** A question about an approval, to whoever asked for it; it goes on waiting. */
export function asking(state: State, row: Row | null): State {
  if (row?.kind !== 'approval') return told(state, 'Choose an approval to ask about.');
  const { id, headline } = row.approval;
  return { ...entered(state), prompt: { kind: 'note', as: 'question', id, headline, text: '' } };
}

/** An answer: to what an agent asks, or to what was asked about an approval. */
export function answering(state: State, row: Row | null): State {
  if (row?.kind === 'approval') {
    const { id, headline, notes } = row.approval;
    if (!notes.some(({ kind }) => kind === 'question')) return told(state, 'Nobody asks anything about this.');
    return { ...entered(state), prompt: { kind: 'note', as: 'answer', id, headline, text: '' } };
  }
  const id = questionOf(row);
  if (id === null) return told(state, 'Nobody asks anything here.');
  const part = state.questions.get(id);
  if (part === undefined || part.value === null) return told(entered(state), part?.problem ?? 'The question is still being read.', 'bad');
  if (part.value.state !== 'waiting') return told(state, 'It was answered already, or waits no more.');
  return { ...entered(state), prompt: { kind: 'answer', question: part.value, text: '' } };
}

/** The question of an agent that a row is about; null: none. */
export function questionOf(row: Row | null): string | null {
  if (row?.kind === 'question') return row.id;
  return row?.kind === 'run' ? row.run.question_id : null;
}
