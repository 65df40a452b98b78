import { changedTo } from './format.ts';
import { chosenRow, mayChoose, rowsOf } from './rows.ts';
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
      return only(ticked(state, message.now));
    case 'resized':
      return only({ ...state, size: message.size });
    case 'linked':
      return only({ ...state, url: message.url ?? state.url, link: { ...state.link, why: null, ...message.link } });
    case 'loaded':
      return only(settled(state, { ...state, snapshot: { ...state.snapshot, ...message.parts } }));
    case 'detailed':
      return only({ ...state, details: new Map([...state.details, [message.id, message.part]]) });
    case 'questioned':
      return only({ ...state, questions: new Map([...state.questions, [message.id, message.part]]) });
    case 'edited':
      return only(edited({ ...state, busy: false }, message));
    case 'replaced':
      return only(settled(state, { ...state, awaited: { id: message.approval.id, until: state.now + AWAIT_MS } }));
    case 'opened':
      // Nothing was done: what goes away now is news all the same.
      return only(told(state, `Opened ${message.url}`));
    case 'unopened':
      return only(state.prompt === null ? { ...state, prompt: { kind: 'address', url: message.url } } : state);
    case 'logged':
      return only(logged(state, message));
    case 'done':
      return only(told({ ...state, busy: false, awaited: null }, message.text, message.tone));
  }
}

/** The list of what waits may be longer than what is read of it. */
const AWAIT_MS = 10_000;

function ticked(state: State, now: number): State {
  const after = { ...state, now, notice: state.notice !== null && state.notice.until <= now ? null : state.notice };
  if (after.awaited === null || after.awaited.until > now) return after;
  return told({ ...after, busy: false, awaited: null }, changedTo(after.awaited.id), 'good');
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
  const next = keptChoice(before, withoutDecided({ ...after, marked, details, questions }, waiting));
  const replaced = after.snapshot.approvals.value?.find(({ id }) => id === after.awaited?.id);
  return replaced === undefined ? next : replacedShown(next, replaced);
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
