import { mostScroll, sceneOf } from './layout.ts';
import { only, told, VIEWS, type Key, type Next, type State, type View } from './model.ts';
import { chosenRow, isLive, mayChoose, rowsOf, type Row } from './rows.ts';
import { promptKey } from './update.prompt.ts';
import { aboutRun } from './view.row.ts';

/** What a key does. */
export function keyPressed(state: State, key: Key): Next {
  if (key.name === 'quit') return { state, effects: [{ kind: 'quit' }] };
  if (key.name === 'suspend') return { state, effects: [{ kind: 'suspend' }] };
  if (state.prompt !== null) return promptKey(state, state.prompt, key);
  if (state.help) return only({ ...state, help: false });
  const clear = { ...state, notice: null };
  const move = movement(clear, key);
  if (move !== null) return only(move);
  switch (key.name) {
    case 'tab':
      return only(shown(clear, step(state.view, 1)));
    case 'backtab':
      return only(shown(clear, step(state.view, -1)));
    case 'enter':
      return only(entered(clear));
    case 'escape':
      return only(escaped(clear));
    case 'char':
      return letter(clear, key.text);
    default:
      return only(clear);
  }
}

const step = (view: View, by: number): View => VIEWS[(VIEWS.indexOf(view) + by + VIEWS.length) % VIEWS.length] ?? 'overview';

const shown = (state: State, view: View): State => ({ ...state, view, opened: false, scroll: 0, back: null });

function letter(state: State, text: string): Next {
  const view = VIEWS[Number(text) - 1];
  if (view !== undefined) return only(shown(state, view));
  const row = chosenRow(state);
  switch (text) {
    case 'q':
      return { state, effects: [{ kind: 'quit' }] };
    case '?':
      return only({ ...state, help: true });
    case '/':
      return only({ ...state, opened: false, prompt: { kind: 'filter', text: state.filter, before: state.filter } });
    case 'a':
      return only(asked(state, row, 'approve'));
    case 'd':
      return only(asked(state, row, 'decline'));
    case ' ':
      return only(marked(state, row));
    case 's':
      return only(stopped(state, row));
    case 'o':
      return only(opened(state, row));
    default:
      return only(state);
  }
}

/** Rows up and down: of the list, or of what is open. Null: the key moves nothing. */
function movement(state: State, key: Key): State | null {
  const by = movedBy(key, state);
  if (by === null) return null;
  if (state.opened) {
    const most = mostScroll(state);
    // A log is read at its end: up goes away from it.
    const direction = chosenRow(state)?.kind === 'run' ? -1 : 1;
    const scroll = Math.min(most, Math.max(0, Math.min(state.scroll, most) + direction * by));
    return { ...state, scroll };
  }
  const rows = rowsOf(state).filter(mayChoose);
  const at = rows.findIndex(({ id }) => id === chosenRow(state)?.id);
  const next = rows[Math.min(rows.length - 1, Math.max(0, at + by))];
  return next === undefined ? state : { ...state, scroll: 0, chosen: { ...state.chosen, [state.view]: next.id } };
}

const FAR = 1_000_000;

function movedBy({ name, text }: Key, state: State): number | null {
  const { layout } = sceneOf(state);
  const page = Math.max(1, (state.opened ? layout.detailRows : layout.listRows) - 1);
  if (name === 'down' || (name === 'char' && text === 'j')) return 1;
  if (name === 'up' || (name === 'char' && text === 'k')) return -1;
  if (name === 'pagedown') return page;
  if (name === 'pageup') return -page;
  if (name === 'end' || (name === 'char' && text === 'G')) return FAR;
  if (name === 'home' || (name === 'char' && text === 'g')) return -FAR;
  return null;
}

/** Where a row is shown whole: here, or in the view it belongs to. */
function placeOf(row: Row, state: State): { view: View; id: string } {
  if (row.kind === 'approval') return { view: 'approvals', id: row.id };
  if (row.kind === 'run') return { view: 'runs', id: row.id };
  if (row.kind === 'target') return { view: 'queue', id: row.id };
  if (row.kind === 'problem' && row.problem.leads !== null) return row.problem.leads;
  return { view: state.view, id: row.id };
}

function entered(state: State): State {
  const row = chosenRow(state);
  if (row === null || state.opened) return state;
  const { view, id } = placeOf(row, state);
  const there = { ...state, view, opened: true, scroll: 0, back: view === state.view ? null : state.view, chosen: { ...state.chosen, [view]: id } };
  // What the filter hides there is shown all the same.
  return chosenRow(there)?.id === id ? there : { ...there, filter: '' };
}

function escaped(state: State): State {
  if (state.opened) return { ...state, opened: false, scroll: 0, view: state.back ?? state.view, back: null };
  if (state.marked.size > 0) return { ...state, marked: new Set() };
  return { ...state, filter: '' };
}

/** Asks for a reason first; high risk also for the name. */
function asked(state: State, row: Row | null, decision: 'approve' | 'decline'): State {
  if (state.busy) return state;
  const many = (state.snapshot.approvals.value ?? []).filter(({ id }) => state.marked.has(id));
  const chosen = many.length > 0 && !state.opened ? many : row?.kind === 'approval' ? [row.approval] : [];
  if (chosen.length === 0) return told(state, 'This is nothing to decide.');
  const [first] = chosen;
  if (chosen.length === 1 && first?.you?.may_decide === false && first.you.why_not !== null)
    return told(state, `You may not decide this. ${first.you.why_not.reason}`, 'bad');
  if (chosen.length > 1 && decision === 'approve' && chosen.some(({ confirm }) => confirm !== null))
    return told(state, 'High risk is approved one at a time.', 'bad');
  return { ...state, prompt: { kind: 'decide', decision, chosen, step: 'reason', text: '', reason: '' } };
}

function marked(state: State, row: Row | null): State {
  if (row?.kind !== 'approval' || state.opened) return state;
  const kinds = new Set((state.snapshot.approvals.value ?? []).filter(({ id }) => state.marked.has(id)).map(({ kind }) => kind));
  if (kinds.size > 0 && !kinds.has(row.approval.kind)) return told(state, 'Only approvals of one kind are decided together.', 'bad');
  const now = new Set(state.marked);
  if (!now.delete(row.id)) now.add(row.id);
  return movement({ ...state, marked: now }, { name: 'down', text: '' }) ?? state;
}

function stopped(state: State, row: Row | null): State {
  if (row?.kind !== 'run') return told(state, 'This is no run.');
  if (!isLive(row.run)) return told(state, 'It has ended already.');
  return { ...state, prompt: { kind: 'stop', runId: row.id, what: `${row.run.agent} on ${aboutRun(row.run)}` } };
}

function opened(state: State, row: Row | null): State {
  const url = new URL(row === null ? '/' : pageOf(row), state.url).href;
  return { ...state, prompt: { kind: 'address', url } };
}

/** Its page in the console. */
function pageOf(row: Row): string {
  switch (row.kind) {
    case 'approval':
      return `/approvals/${row.id}`;
    case 'run':
      return `/runs/${row.id}`;
    case 'question':
      return `/runs/${row.runId}`;
    case 'entry':
    case 'quarantined':
      return `/queue/${row.id}`;
    case 'target':
      return '/queue';
    case 'escalation':
      return `/work/${row.id}`;
    case 'review':
      return `/pulls/${row.id}`;
    case 'problem':
      return row.problem.page;
    default:
      return '/';
  }
}
