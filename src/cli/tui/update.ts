import type { ApprovalBody } from './bodies.ts';
import { chosenRow, lookedAt, mayChoose, MOST_SHOWN, rowsOf } from './rows.ts';
import { only, told, type Message, type Next, type State } from './model.ts';
import { replacedShown, shownWhole } from './update.ask.ts';
import { keyPressed } from './update.keys.ts';

/** Log lines that are kept; a person reads the end. */
const MOST_LINES = 2000;

/** What becomes of the screen when something happens. Pure. */
export function update(state: State, message: Message): Next {
  switch (message.kind) {
    case 'key':
      return keyPressed(state, message.key);
    case 'tick':
      return only({ ...state, now: message.now, notice: state.notice !== null && state.notice.until <= message.now ? null : state.notice });
    case 'resized':
      return only({ ...state, size: message.size });
    case 'linked':
      return only({ ...state, url: message.url ?? state.url, link: { ...state.link, why: null, ...message.link } });
    case 'loaded':
      return only(loaded(state, message));
    case 'detailed':
      return only({ ...state, details: new Map([...state.details, [message.id, message.part]]) });
    case 'questioned':
      return only({ ...state, questions: new Map([...state.questions, [message.id, message.part]]) });
    case 'edited':
      return only(edited({ ...state, busy: false }, message));
    case 'replaced':
      return only(replacedShown(replaced(state, message.approval), message.approval));
    case 'opened':
      // Nothing was done: what goes away now is news all the same.
      return only(told(state, `Opened ${message.url}`));
    case 'unopened':
      return only(state.prompt === null ? { ...state, prompt: { kind: 'address', url: message.url } } : state);
    case 'logged':
      return only(logged(state, message));
    case 'done':
      return only(told({ ...state, busy: false }, message.text, message.tone));
  }
}

/** What was read takes the place of what was known. */
function loaded(state: State, { parts, looked = null }: Extract<Message, { kind: 'loaded' }>): State {
  const { approvals } = parts;
  if (approvals === undefined || approvals.value === null) return settled(state, { ...state, snapshot: { ...state.snapshot, ...parts } });
  const kept = keptSince(state, approvals.value, looked);
  const value = kept === null ? approvals.value : [...approvals.value, kept];
  const held = kept === null ? null : state.held;
  return settled(state, { ...state, held, snapshot: { ...state.snapshot, ...parts, approvals: { ...approvals, value } } });
}

/**
 * What a person looks at, where this reading cannot say that it is gone: it was begun before they did, and the list is too short for all that
 * waits, or what they look at stands in the place of another since. Null: nothing of the kind.
 */
function keptSince(state: State, read: readonly ApprovalBody[], looked: string | null): ApprovalBody | null {
  const id = lookedAt(state);
  if (id === null || id === looked || read.some((approval) => approval.id === id)) return null;
  if (id !== state.held && read.length < MOST_SHOWN) return null;
  return state.snapshot.approvals.value?.find((approval) => approval.id === id) ?? null;
}

/** What was changed here waits no more, and what stands in its place does, whether the list has it yet or not. */
function replaced(state: State, approval: ApprovalBody): State {
  const { approvals } = state.snapshot;
  const others = (approvals.value ?? []).filter(({ id }) => id !== approval.id && id !== approval.supersedes);
  return settled(state, { ...state, held: approval.id, snapshot: { ...state.snapshot, approvals: { ...approvals, value: [...others, approval] } } });
}

/** Somebody comes back from their editor. */
function edited(state: State, { approval, outcome }: Extract<Message, { kind: 'edited' }>): State {
  const waits = state.snapshot.approvals.value?.some(({ id }) => id === approval.id) === true;
  if (!waits) return { ...state, prompt: { kind: 'gone', text: `${GONE} What you wrote was not sent.` } };
  const at: State = { ...state, scroll: 0 };
  switch (outcome.kind) {
    case 'same':
      return told(at, 'Nothing was changed.');
    case 'unfit':
      return { ...at, prompt: { kind: 'unfit', approval, written: outcome.written, problem: outcome.problem } };
    case 'ready':
      return { ...at, prompt: { kind: 'modify', approval, change: outcome.change, text: '' } };
  }
}

const GONE = 'It was decided elsewhere, or does not wait any more.';

function logged(state: State, { runId, lines, problem }: Extract<Message, { kind: 'logged' }>): State {
  const before = state.log?.runId === runId ? state.log.lines : [];
  const last = before.at(-1)?.line ?? 0;
  // A stream that was cut tells the lines around the cut again.
  const fresh = lines.filter(({ line }) => line > last);
  return { ...state, log: { runId, lines: [...before, ...fresh].slice(-MOST_LINES), problem } };
}

/** After new facts: what is gone is chosen, marked and asked about no more. */
function settled(before: State, after: State): State {
  const waiting = new Set((after.snapshot.approvals.value ?? []).map(({ id }) => id));
  const marked = new Set([...after.marked].filter((id) => waiting.has(id)));
  // What could not be read is tried again, what does not wait is looked at no more.
  const details = new Map([...after.details].filter(([id, part]) => waiting.has(id) && part.problem === null));
  const questions = new Map([...after.questions].filter(([, part]) => part.problem === null));
  return keptChoice(before, withoutDecided({ ...after, marked, details, questions }, waiting));
}

/** Takes a question away that somebody else has answered: a chat, the command line, another browser. */
function withoutDecided(state: State, waiting: ReadonlySet<string>): State {
  const { prompt } = state;
  // What is typed on must not be taken for keys, which would decide about the next one.
  const gone: State = { ...state, notice: null, prompt: { kind: 'gone', text: GONE } };
  if (prompt?.kind === 'note') return waiting.has(prompt.id) ? state : gone;
  if (prompt?.kind === 'modify' || prompt?.kind === 'unfit') return waiting.has(prompt.approval.id) ? state : gone;
  if (prompt?.kind !== 'decide') return state;
  const chosen = prompt.chosen.filter(({ id }) => waiting.has(id));
  if (chosen.length === prompt.chosen.length) return state;
  const [first] = chosen;
  if (first === undefined) return gone;
  const left = chosen.length === 1 ? shownWhole(state, first) : state;
  return told({ ...left, prompt: { ...prompt, chosen } }, 'Some of them were decided elsewhere.');
}

/** The same row stays chosen wherever it has moved to; when it is gone, the one that took its place is, and nothing is open. */
function keptChoice(before: State, after: State): State {
  const rows = rowsOf(after);
  const was = chosenRow(before);
  const wanted = after.chosen[after.view] ?? was?.id ?? null;
  if (wanted === null) return after;
  if (rows.some(({ id }) => id === wanted)) return { ...after, chosen: { ...after.chosen, [after.view]: wanted } };
  const at = rowsOf(before).findIndex(({ id }) => id === wanted);
  const next = rows.slice(Math.max(0, at)).find(mayChoose) ?? rows.findLast(mayChoose) ?? null;
  const state = { ...after, chosen: { ...after.chosen, [after.view]: next?.id ?? null } };
  if (!after.opened) return state;
  const closed = { ...state, opened: false, scroll: 0, view: state.back ?? state.view, back: null };
  // What a person has just done themselves is no news.
  if (state.busy || state.notice?.tone === 'good' || state.prompt !== null) return closed;
  // A key that was meant for it would decide about its neighbour.
  if (was?.kind === 'approval') return { ...closed, prompt: { kind: 'gone', text: GONE } };
  return state.notice !== null ? closed : told(closed, 'What was open here is gone: it has moved on.');
}
