/** The views of one issue. */
export const ISSUE_VIEWS = ['story', 'tasks', 'text'] as const;
export type IssueView = (typeof ISSUE_VIEWS)[number];

/** What the address of the list says: the same names as `GET /v1/issues`. Only what is there; several values are a list. */
export interface WorkSearch {
  q?: string;
  state?: string[];
  type?: string[];
  priority?: string[];
  size?: string[];
  risk?: string[];
  label?: string[];
  worker?: string;
  requested_by?: string;
  waits_for?: 'person';
  /** An instant, ISO 8601. */
  changed_since?: string;
  /** An instant, ISO 8601. */
  ended_since?: string;
  open?: boolean;
  project?: string;
  sort?: Sort;
  order?: 'newest' | 'oldest';
}

export const SORTS = ['created', 'updated', 'priority'] as const;
export type Sort = (typeof SORTS)[number];

/** Members that hold several values. */
export const LISTS = ['state', 'type', 'priority', 'size', 'risk', 'label'] as const;
export type ListName = (typeof LISTS)[number];

const VALUES: Readonly<Record<Exclude<ListName, 'label'>, readonly string[]>> = {
  state: [
    'new',
    'triaged',
    'needs_info',
    'planned',
    'awaiting_approval',
    'in_progress',
    'in_review',
    'awaiting_merge',
    'merged',
    'duplicate',
    'declined',
    'failed',
  ],
  type: ['bug', 'feature', 'refactor', 'docs', 'chore', 'question'],
  priority: ['P0', 'P1', 'P2', 'P3'],
  size: ['XS', 'S', 'M', 'L', 'XL'],
  risk: ['low', 'medium', 'high'],
};

/** Values that may be chosen, in the order in which people read them; labels are whatever the issues have. */
export const valuesOf = (name: ListName): readonly string[] => (name === 'label' ? [] : VALUES[name]);

const text = (value: unknown, most = 100): string | undefined => {
  const given = typeof value === 'number' ? String(value) : value;
  return typeof given === 'string' && given.trim() !== '' ? given.slice(0, most) : undefined;
};

function instant(value: unknown): string | undefined {
  const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
}

function listOf(name: ListName, value: unknown): string[] | undefined {
  const given = (Array.isArray(value) ? value : [value]).flatMap((one) => text(one) ?? []);
  const known = name === 'label' ? given.slice(0, 20) : given.filter((one) => VALUES[name].includes(one));
  return known.length === 0 ? undefined : [...new Set(known)];
}

/** From an address or a saved view, whatever stands there; what is not understood is left out. */
export function parseSearch(given: Record<string, unknown>): WorkSearch {
  const parsed: Record<string, unknown> = {
    q: text(given['q'], 200),
    ...Object.fromEntries(LISTS.map((name) => [name, listOf(name, given[name])])),
    worker: text(given['worker']),
    requested_by: text(given['requested_by']),
    waits_for: given['waits_for'] === 'person' ? 'person' : undefined,
    changed_since: instant(given['changed_since']),
    ended_since: instant(given['ended_since']),
    open: given['open'] === true || given['open'] === 'true' ? true : undefined,
    project: text(given['project']),
    sort: SORTS.find((one) => one === given['sort'] && one !== 'created'),
    order: given['order'] === 'oldest' ? 'oldest' : undefined,
  };
  return Object.fromEntries(Object.entries(parsed).filter(([, value]) => value !== undefined)) as WorkSearch;
}

/** With one value of a list put in or taken out. */
export function toggled(search: WorkSearch, name: ListName, value: string): WorkSearch {
  const now = search[name] ?? [];
  const next = now.includes(value) ? now.filter((one) => one !== value) : [...now, value];
  return parseSearch({ ...search, [name]: next });
}

/** Whether two show the same list, however they are written down. */
export function isSameSearch(a: WorkSearch, b: WorkSearch): boolean {
  return canonical(a) === canonical(b);
}

function canonical(search: WorkSearch): string {
  const entries = Object.entries(search).map(([name, value]) => [
    name,
    Array.isArray(value) ? [...(value as string[])].sort((a, b) => a.localeCompare(b)) : value,
  ]);
  return JSON.stringify(entries.sort(([a], [b]) => String(a).localeCompare(String(b))));
}

export interface BuiltInView {
  name: string;
  search: WorkSearch;
}

/** What everybody needs without saving it. `me`: handle of who looks; null: a token without a person. */
export function builtInViews(me: string | null): BuiltInView[] {
  return [
    { name: 'Open', search: {} },
    { name: 'Needs a person', search: { waits_for: 'person' } },
    { name: 'Under way', search: { state: ['in_progress', 'in_review', 'awaiting_merge'] } },
    ...(me === null ? [] : [{ name: 'Asked by me', search: { requested_by: me, sort: 'updated' as const } }]),
    { name: 'Landed', search: { state: ['merged'], sort: 'updated' } },
  ];
}

const ENDED: ReadonlySet<string> = new Set(['merged', 'duplicate', 'declined', 'failed']);
const OPEN_STATES = VALUES.state.filter((state) => !ENDED.has(state));

/**
 * The list without any choice shows what has not ended; choosing states, or looking for words, a person or what ended, looks at everything. Said as states, so that
 * the counts of the other states are told all the same.
 */
export function toQuery(search: WorkSearch): WorkSearch {
  const { open, ...rest } = search;
  const narrowed = search.state ?? search.q ?? search.requested_by ?? search.waits_for ?? search.ended_since;
  return open === true || narrowed === undefined ? { ...rest, state: search.state ?? OPEN_STATES } : rest;
}
