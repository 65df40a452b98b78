import type { Approval } from './queries.ts';
import { RISKS } from './search.ts';
import { highestRiskOf, isAsked } from './words.ts';

type Chosen = Pick<Approval, 'id' | 'kind' | 'digest' | 'risk' | 'confirm' | 'headline' | 'issue_title' | 'notes' | 'record'>;

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

/** Why what is alike is not chosen with the others: somebody looks at it by itself. */
export interface LeftOut {
  riskier: number;
  asked: number;
}

/**
 * Everything of the list that may be decided with what is chosen, but what is riskier than that, by its badge or by what its plan names, and what
 * somebody asked about and nobody has answered.
 */
export function withAllAlike(selection: Selection, list: ReadonlyArray<Chosen & Pick<Approval, 'you'>>): { selection: Selection; left: LeftOut } {
  const { kind } = selection;
  if (kind === null) return { selection, left: { riskier: 0, asked: 0 } };
  const others = list.filter((item) => item.kind === kind && !isChosen(selection, item.id) && item.you?.may_decide === true && !item.you.voted);
  const most = Math.max(...selection.items.map(rankOf));
  const riskier = others.filter((item) => rankOf(item) > most);
  const asked = others.filter((item) => rankOf(item) <= most && isAsked(item));
  const alike = others.filter((item) => rankOf(item) <= most && !isAsked(item));
  return { selection: of([...selection.items, ...alike].slice(0, MOST_CHOSEN)), left: { riskier: riskier.length, asked: asked.length } };
}

const rankOf = (item: Chosen): number => RISKS.indexOf(highestRiskOf(item));

/** What is to be looked at first comes first. */
export const byRisk = <T extends Chosen>(items: readonly T[]): T[] => items.toSorted((one, other) => rankOf(other) - rankOf(one));

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
