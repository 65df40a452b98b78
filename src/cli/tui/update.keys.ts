import { only, told, VIEWS, type Key, type Next, type State, type View } from './model.ts';
import { aboutRun, chosenRow, isLive, type Row } from './rows.ts';
import { entered } from './update.enter.ts';
import { answering, asking, deciding, editing } from './update.ask.ts';
import { movement, movementInHelp } from './update.move.ts';
import { promptKey } from './update.prompt.ts';

/** What a key does. */
export function keyPressed(state: State, key: Key): Next {
  if (key.name === 'quit') return { state, effects: [{ kind: 'quit' }] };
  if (key.name === 'suspend') return { state, effects: [{ kind: 'suspend' }] };
  if (state.prompt !== null) return promptKey(state, state.prompt, key);
  if (key.name === 'repaint') return { state, effects: [{ kind: 'repaint' }] };
  if (state.help) return only(movementInHelp(state, key) ?? { ...state, help: false, helpScroll: 0 });
  // There is nothing to choose: what was known is not shown.
  if (state.link.kind === 'refused') return key.name === 'char' && 'q?'.includes(key.text) ? letter(state, key.text) : only(state);
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

/** After these, a person types. */
const ASKING = new Set(['a', 'd', 'i', 'm', 'r', 's']);
const TOO_SOON = 'One moment: what was sent before is still on its way, so this key did nothing.';

const step = (view: View, by: number): View => VIEWS[(VIEWS.indexOf(view) + by + VIEWS.length) % VIEWS.length] ?? 'overview';

const shown = (state: State, view: View): State => ({ ...state, view, opened: false, scroll: 0, back: null });

function letter(state: State, text: string): Next {
  const view = VIEWS[Number(text) - 1];
  if (view !== undefined) return only(shown(state, view));
  // What is typed on must not be taken for keys.
  if (state.busy && ASKING.has(text)) return only({ ...state, prompt: { kind: 'gone', text: TOO_SOON } });
  const row = chosenRow(state);
  switch (text) {
    case 'q':
      return { state, effects: [{ kind: 'quit' }] };
    case '?':
      return only({ ...state, help: true });
    case '/':
      return only({ ...state, opened: false, prompt: { kind: 'filter', text: state.filter, before: state.filter } });
    case 'a':
      return only(deciding(state, row, 'approve'));
    case 'd':
      return only(deciding(state, row, 'decline'));
    case 'm':
      return editing(state, row);
    case 'i':
      return only(asking(state, row));
    case 'r':
      return only(answering(state, row));
    case ' ':
      return only(marked(state, row));
    case 's':
      return only(stopped(state, row));
    case 'o':
      return browsed(state, row);
    default:
      return only(state);
  }
}

function escaped(state: State): State {
  if (state.opened) return { ...state, opened: false, scroll: 0, view: state.back ?? state.view, back: null };
  if (state.marked.size > 0) return { ...state, marked: new Set() };
  return { ...state, filter: '' };
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

function browsed(state: State, row: Row | null): Next {
  const url = new URL(row === null ? '/' : pageOf(row), state.url).href;
  if (state.has.browser) return { state, effects: [{ kind: 'browse', url }] };
  return only({ ...state, prompt: { kind: 'address', url } });
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
