import { chosenRow, mayChoose, rowsOf } from './rows.ts';
import { only, told, type Message, type Next, type State } from './model.ts';
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
      return only(settled(state, { ...state, snapshot: { ...state.snapshot, ...message.parts } }));
    case 'detailed':
      return only({ ...state, details: new Map([...state.details, [message.id, message.part]]) });
    case 'logged':
      return only(logged(state, message));
    case 'done':
      return only(told({ ...state, busy: false }, message.text, message.tone));
  }
}

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
  return keptChoice(before, withoutDecided({ ...after, marked, details }, waiting));
}

/** Takes a question away that somebody else has answered: a chat, the command line, another browser. */
function withoutDecided(state: State, waiting: ReadonlySet<string>): State {
  const { prompt } = state;
  if (prompt?.kind !== 'decide') return state;
  const chosen = prompt.chosen.filter(({ id }) => waiting.has(id));
  if (chosen.length === prompt.chosen.length) return state;
  if (chosen.length > 0) return told({ ...state, prompt: { ...prompt, chosen } }, 'Some of them were decided elsewhere.');
  return told({ ...state, prompt: null }, 'It was decided elsewhere, or does not wait any more.');
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
  return state.busy || state.notice !== null ? closed : told(closed, 'What was open here is gone: it was decided, or has moved on.');
}
