import type { State, View } from './model.ts';
import { chosenRow, type Row } from './rows.ts';

/** Where a row is shown whole: here, or in the view it belongs to. */
function placeOf(row: Row, state: State): { view: View; id: string } {
  if (row.kind === 'approval') return { view: 'approvals', id: row.id };
  if (row.kind === 'run') return { view: 'runs', id: row.id };
  if (row.kind === 'target') return { view: 'queue', id: row.id };
  if (row.kind === 'problem' && row.problem.leads !== null) return row.problem.leads;
  return { view: state.view, id: row.id };
}

/** What is chosen, shown whole. */
export function entered(state: State): State {
  const row = chosenRow(state);
  if (row === null || state.opened) return state;
  const { view, id } = placeOf(row, state);
  const there = { ...state, view, opened: true, scroll: 0, back: view === state.view ? null : state.view, chosen: { ...state.chosen, [view]: id } };
  // What the filter hides there is shown all the same.
  return chosenRow(there)?.id === id ? there : { ...there, filter: '' };
}
