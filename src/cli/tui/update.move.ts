import { mostScroll, sceneOf } from './layout.ts';
import type { Key, State } from './model.ts';
import { chosenRow, mayChoose, rowsOf } from './rows.ts';
import { helpLines } from './view.help.ts';

/** Rows up and down: of the list, or of what is open. Null: the key moves nothing. */
export function movement(state: State, key: Key): State | null {
  const by = movedBy(key, state);
  if (by === null) return null;
  if (state.opened) return scrolled(state, by);
  const rows = rowsOf(state).filter(mayChoose);
  const at = rows.findIndex(({ id }) => id === chosenRow(state)?.id);
  const next = rows[Math.min(rows.length - 1, Math.max(0, at + by))];
  return next === undefined ? state : { ...state, scroll: 0, chosen: { ...state.chosen, [state.view]: next.id } };
}

/** While something is typed: what it is about, by the keys that are no letters. Null: the key moves nothing. */
export function movementAside(state: State, key: Key): State | null {
  const by = key.name === 'char' || !state.opened ? null : movedBy(key, state);
  return by === null ? null : scrolled(state, by);
}

/** The list of keys, where it is longer than the screen. Null: the key moves nothing. */
export function movementInHelp(state: State, key: Key): State | null {
  const by = movedBy(key, state);
  if (by === null) return null;
  const most = Math.max(0, helpLines(state.size.cols).length - sceneOf(state).layout.body);
  return { ...state, helpScroll: Math.min(most, Math.max(0, state.helpScroll + by)) };
}

function scrolled(state: State, by: number): State {
  const most = mostScroll(state);
  // A log is read at its end: up goes away from it.
  const direction = chosenRow(state)?.kind === 'run' ? -1 : 1;
  return { ...state, scroll: Math.min(most, Math.max(0, Math.min(state.scroll, most) + direction * by)) };
}

const FAR = 1_000_000;

function movedBy({ name, text }: Key, state: State): number | null {
  const { layout } = sceneOf(state);
  const page = Math.max(1, (state.help ? layout.body : state.opened ? layout.detailRows : layout.listRows) - 1);
  if (name === 'down' || (name === 'char' && text === 'j')) return 1;
  if (name === 'up' || (name === 'char' && text === 'k')) return -1;
  if (name === 'pagedown') return page;
  if (name === 'pageup') return -page;
  if (name === 'end' || (name === 'char' && text === 'G')) return FAR;
  if (name === 'home' || (name === 'char' && text === 'g')) return -FAR;
  return null;
}
