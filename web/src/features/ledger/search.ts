/** What the ledger's list is narrowed to, as the address holds it. */
export interface LedgerSearch {
  tab?: 'integrity';
  /** One kind, or a pattern with `*`. */
  kind?: string;
  actor?: string;
  /** Handle. */
  person?: string;
  /** `model` or `model@version`. */
  model?: string;
  project?: string;
  pull?: string;
  /** Any id. */
  mentions?: string;
  /** Days, `2026-11-21`, UTC; `to` is the last one. */
  from?: string;
  to?: string;
  /** The list begins at this entry. */
  start?: number;
}

const TEXTS = ['kind', 'actor', 'person', 'model', 'project', 'pull', 'mentions'] as const;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Takes of an address what the list understands; the rest is dropped. */
export function parseSearch(given: Record<string, unknown>): LedgerSearch {
  const search: LedgerSearch = {};
  for (const name of TEXTS) {
    const value = given[name];
    // A number in an address arrives as one.
    if ((typeof value === 'string' && value !== '') || typeof value === 'number') search[name] = String(value).slice(0, 200);
  }
  for (const name of ['from', 'to'] as const) {
    const value = given[name];
    if (typeof value === 'string' && DAY.test(value) && !Number.isNaN(Date.parse(value))) search[name] = value;
  }
  const start = Number(given['start']);
  if (Number.isSafeInteger(start) && start >= 1) search.start = start;
  if (given['tab'] === 'integrity') search.tab = 'integrity';
  return search;
}

const DAY_MS = 86_400_000;

/** The search as the server is asked. */
export function toQuery(search: LedgerSearch): Record<string, string> {
  const { tab: _tab, start: _start, from, to, ...texts } = search;
  return {
    ...(texts as Record<string, string>),
    ...(from === undefined ? {} : { from: `${from}T00:00:00Z` }),
    ...(to === undefined ? {} : { to: new Date(Date.parse(`${to}T00:00:00Z`) + DAY_MS).toISOString() }),
  };
}

/** Whether anything narrows the list. */
export const isNarrowed = (search: LedgerSearch): boolean => Object.keys(toQuery(search)).length > 0;

const ID = /^[a-z]{2,4}_[0-9A-HJKMNP-TV-Z]{26}$/;
const ACTOR = /^(person|agent|token|service):.+$/;

/** What somebody typed into the one box: the number of an entry, an id, an actor, or a part of a kind. */
export function readTyped(text: string): { entry: number } | Pick<LedgerSearch, 'mentions' | 'actor' | 'kind'> {
  const typed = text.trim();
  if (/^#?\d{1,15}$/.test(typed)) return { entry: Number(typed.replace('#', '')) };
  if (ID.test(typed)) return { mentions: typed };
  if (typed === 'system' || ACTOR.test(typed)) return { actor: typed };
  if (typed === '') return {};
  return { kind: typed.includes('*') || typed.includes(',') ? typed : `*${typed}*` };
}

/** What the box shows for a search. */
export const typedOf = ({ mentions, actor, kind }: LedgerSearch): string => mentions ?? actor ?? kind?.replace(/^\*([^*,]*)\*$/, '$1') ?? '';
