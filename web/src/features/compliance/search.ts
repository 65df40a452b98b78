/** What the list of records is narrowed to, as the address holds it. */
export interface RecordSearch {
  project?: string;
  pull?: string;
  work_item?: string;
  /** Handle, or the name of an agent. */
  person?: string;
  /** `model` or `model@version`. */
  model?: string;
  kind?: 'landing' | 'pull_request';
  outcome?: 'clean' | 'exceptions' | 'incomplete';
  flag?: Flag;
  /** Days, `2026-11-21`, UTC; `to` is the last one. */
  from?: string;
  to?: string;
}

/** What a reader of a record should look at, in words. The server counts by the same codes. */
export const FLAGS = {
  work_before_ticket: { kind: 'exception', word: 'Work before the request', says: 'Work began before the request was written down.' },
  author_approved: { kind: 'exception', word: 'Author approved', says: 'Somebody who wrote or asked for the change is among those who approved it.' },
  approved_late: { kind: 'exception', word: 'Approved late', says: 'Something was done before it was approved.' },
  checks_failed: { kind: 'exception', word: 'Check not passed', says: 'A check had not passed.' },
  self_approved: {
    kind: 'exception',
    word: 'Self-approved',
    says: 'The person who asked for it approved it, as the policy allows in local repositories.',
  },
  emergency: { kind: 'exception', word: 'Emergency', says: 'Two people broke glass: it went past its approvers.' },
  no_ticket: { kind: 'gap', word: 'No request', says: 'No request says why it was done.' },
  no_checks: { kind: 'gap', word: 'No checks', says: 'No check ran on it.' },
  no_decision: { kind: 'gap', word: 'No decision', says: 'No decision about it is on record.' },
} as const;

export type Flag = keyof typeof FLAGS;

const TEXTS = ['project', 'pull', 'work_item', 'person', 'model'] as const;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const oneOf = <T extends string>(value: unknown, known: readonly T[]): T | undefined => known.find((one) => one === value);

/** Takes of an address what the list understands; the rest is dropped. */
export function parseSearch(given: Record<string, unknown>): RecordSearch {
  const search: RecordSearch = {};
  for (const name of TEXTS) {
    const value = given[name];
    if ((typeof value === 'string' && value !== '') || typeof value === 'number') search[name] = String(value).slice(0, 200);
  }
  for (const name of ['from', 'to'] as const) {
    const value = given[name];
    if (typeof value === 'string' && DAY.test(value) && !Number.isNaN(Date.parse(value))) search[name] = value;
  }
  const kind = oneOf(given['kind'], ['landing', 'pull_request'] as const);
  const outcome = oneOf(given['outcome'], ['clean', 'exceptions', 'incomplete'] as const);
  const flag = oneOf(given['flag'], Object.keys(FLAGS) as Flag[]);
  return { ...search, ...(kind && { kind }), ...(outcome && { outcome }), ...(flag && { flag }) };
}

const DAY_MS = 86_400_000;

/** What the whole search is, as the server is asked; the summary leaves outcome and flag to be chosen from. */
export function toQuery({ from, to, ...same }: RecordSearch) {
  return {
    ...same,
    ...(from === undefined ? {} : { from: `${from}T00:00:00Z` }),
    ...(to === undefined ? {} : { to: new Date(Date.parse(`${to}T00:00:00Z`) + DAY_MS).toISOString() }),
  };
}

export function toSummaryQuery(search: RecordSearch) {
  const { outcome: _, flag: __, ...rest } = toQuery(search);
  return rest;
}

/** By more than a period: what the export of an audit leaves aside. */
export function isNarrowedBeyondDays(search: RecordSearch): boolean {
  const { from: _, to: __, ...rest } = search;
  return Object.values(rest).some((value) => value !== undefined);
}
