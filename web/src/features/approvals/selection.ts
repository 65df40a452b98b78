import type { Approval } from './queries.ts';

type Chosen = Pick<Approval, 'id' | 'kind' | 'digest' | 'risk' | 'confirm' | 'headline'>;

/** What one request decides at most. */
export const MOST_CHOSEN = 100;

/** Chosen for a decision together: like with like, so all are of one kind. */
export interface Selection {
  kind: string | null;
  items: readonly Chosen[];
}

export const NOTHING: Selection = { kind: null, items: [] };

export const isChosen = (selection: Selection, id: string): boolean => selection.items.some((item) => item.id === id);

/** Whether one more of this kind fits. */
export const mayChoose = (selection: Selection, { kind }: Pick<Chosen, 'kind'>): boolean =>
  (selection.kind === null || selection.kind === kind) && selection.items.length < MOST_CHOSEN;

/** In or out; what does not fit changes nothing. */
export function toggled(selection: Selection, item: Chosen): Selection {
  if (isChosen(selection, item.id)) return of(selection.items.filter(({ id }) => id !== item.id));
  return mayChoose(selection, item) ? of([...selection.items, item]) : selection;
}

/** Everything of the list that may be decided with what is chosen. */
export function withAllAlike(selection: Selection, list: ReadonlyArray<Chosen & Pick<Approval, 'you'>>): Selection {
  const { kind } = selection;
  if (kind === null) return selection;
  const others = list.filter((item) => item.kind === kind && !isChosen(selection, item.id) && item.you?.may_decide === true && !item.you.voted);
  return of([...selection.items, ...others].slice(0, MOST_CHOSEN));
}

/** Without what waits no longer: it was decided elsewhere meanwhile. */
export function stillWaiting(selection: Selection, list: ReadonlyArray<Pick<Approval, 'id' | 'status'>>): Selection {
  const waiting = new Set(list.filter(({ status }) => status === 'pending').map(({ id }) => id));
  return selection.items.every(({ id }) => waiting.has(id)) ? selection : of(selection.items.filter(({ id }) => waiting.has(id)));
}

/** Names to be typed before a yes to what is chosen, each once. */
export const namesToType = ({ items }: Selection): string[] =>
  [...new Set(items.flatMap(({ confirm }) => (confirm === null ? [] : [confirm])))].toSorted();

function of(items: readonly Chosen[]): Selection {
  return items.length === 0 ? NOTHING : { kind: items[0]?.kind ?? null, items };
}
