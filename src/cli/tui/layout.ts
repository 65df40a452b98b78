import type { State } from './model.ts';
import { chosenRow, rowsOf, RULES_FROM, type Row } from './rows.ts';
import type { Line } from './text.ts';
import { detailLines } from './view.detail.ts';

/** How the rows of the screen are shared out. All in places and rows. */
export interface Layout {
  /** Lines across above and below the body. */
  rules: boolean;
  foot: number;
  /** Between the lines. */
  body: number;
  /** The block about health and money. */
  info: number;
  /** 0: no list is shown. */
  listRows: number;
  listWidth: number;
  /** 0: no detail is shown. */
  detailRows: number;
  detailWidth: number;
  side: boolean;
}

/** From so many columns on, the list and what is chosen stand side by side. */
const SIDE_FROM = 110;
/** From so many rows on, what is chosen is shown below the list. */
const STACK_FROM = 20;

export function layoutOf(state: State, listed: number): Layout {
  const { cols, rows } = state.size;
  const rules = rows >= RULES_FROM;
  const foot = state.prompt === null ? 1 : rows >= RULES_FROM ? 3 : 2;
  const body = Math.max(0, rows - 1 - foot - (rules ? 2 : 0));
  const common = { rules, foot, body };
  if (state.help) return { ...common, info: 0, listRows: 0, listWidth: cols, detailRows: 0, detailWidth: cols, side: false };
  if (state.opened) return { ...common, info: 0, listRows: 0, listWidth: cols, detailRows: body, detailWidth: cols, side: false };
  const info = state.view === 'overview' && rules ? 3 : 0;
  const rest = body - info;
  if (cols >= SIDE_FROM && listed > 0) {
    const listWidth = Math.floor(cols * 0.5);
    return { ...common, info, listRows: rest, listWidth, detailRows: rest, detailWidth: cols - listWidth - 1, side: true };
  }
  if (rows >= STACK_FROM && state.view !== 'overview' && listed > 0) {
    const listRows = Math.min(Math.max(listed, 3), Math.floor(rest * 0.45));
    return { ...common, info, listRows, listWidth: cols, detailRows: rest - listRows - 1, detailWidth: cols, side: false };
  }
  return { ...common, info, listRows: rest, listWidth: cols, detailRows: 0, detailWidth: cols, side: false };
}

/** What is listed, what is chosen, and where it goes. */
export interface Scene {
  rows: readonly Row[];
  chosen: Row | null;
  layout: Layout;
  detail: readonly Line[];
  /** Rows of the detail above the screen. */
  from: number;
}

export function sceneOf(state: State): Scene {
  const rows = rowsOf(state);
  const chosen = chosenRow(state, rows);
  const layout = layoutOf(state, rows.length);
  const detail = layout.detailRows === 0 ? [] : detailLines(chosen, state, layout.detailWidth);
  const most = Math.max(0, detail.length - layout.detailRows);
  const scroll = Math.min(state.scroll, most);
  // A log is read at its end.
  return { rows, chosen, layout, detail, from: chosen?.kind === 'run' ? most - scroll : scroll };
}

/** How far what is chosen can be scrolled. */
export function mostScroll(state: State): number {
  const { detail, layout } = sceneOf(state);
  return Math.max(0, detail.length - layout.detailRows);
}
