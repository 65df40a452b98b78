import { createHash } from 'node:crypto';
import { isAppError, sentenceOf, type AppError } from '#kernel/errors.ts';
import { isShutOut, type ApiClient } from '../api/client.ts';
import type { ApprovalBody, ChangesBody, DetailBody, QuarantinedBody, QuestionBody, QueueBody, RunBody } from './bodies.ts';
import type { ApprovalDetail, Part, PartName, Snapshot } from './model.ts';
import { MOST_SHOWN } from './rows.ts';

const MOST_ENDED = 40;
/** Change requests of each target. */
const MOST_ENTRIES = 50;
const MOST_FILES = 50;

type Readers = { [Name in PartName]: (api: ApiClient, looked: string | null) => Promise<NonNullable<Snapshot[Name]['value']>> };

const READERS: Readers = {
  who: (api) => api.get('/v1/whoami'),
  ready: readiness,
  status: (api) => api.get('/status'),
  home: (api) => api.get('/v1/home', { shown: 50 }),
  queue: (api) => api.get<QueueBody>('/v1/queue', { limit: MOST_ENTRIES }),
  quarantined: (api) => api.all<QuarantinedBody>('/v1/queue/quarantine', {}, MOST_SHOWN),
  runs: runs,
  approvals: waiting,
};
export const ALL_PARTS = Object.keys(READERS) as PartName[];

/** A server that is not ready says so with 503 and the same document. */
async function readiness(api: ApiClient): Promise<NonNullable<Snapshot['ready']['value']>> {
  try {
    return await api.get('/ready');
  } catch (error) {
    const parts: unknown = isAppError(error) ? error.detail?.['parts'] : undefined;
    if (typeof parts === 'object' && parts !== null) return { ready: false, parts: parts as Record<string, string> };
    throw error;
  }
}

/** Of more than are listed, what runs out next is read too. */
const MOST_SOON = 50;

/** By risk; where that is not all of them, also what runs out first, and the one that somebody looks at. */
async function waiting(api: ApiClient, looked: string | null): Promise<ApprovalBody[]> {
  const listed = await api.all<ApprovalBody>('/v1/approvals', { status: 'pending', order: 'risk' }, MOST_SHOWN);
  if (listed.length < MOST_SHOWN) return listed;
  const soon = await api.all<ApprovalBody>('/v1/approvals', { status: 'pending', order: 'expiring', limit: MOST_SOON }, MOST_SOON);
  const known = new Map([...listed, ...soon].map((approval) => [approval.id, approval]));
  if (looked === null || known.has(looked)) return [...known.values()];
  const one = await api.get<ApprovalBody>(`/v1/approvals/${looked}`).catch(goneAsNull);
  return one?.status === 'pending' ? [...known.values(), one] : [...known.values()];
}

function goneAsNull(error: unknown): null {
  if (isAppError(error, 'not_found')) return null;
  throw error;
}

/** Those that have not ended first, then the newest that have. */
async function runs(api: ApiClient): Promise<RunBody[]> {
  const [live, ended] = await Promise.all([
    api.all<RunBody>('/v1/jobs', { active: 'true' }, MOST_SHOWN),
    api.all<RunBody>('/v1/jobs', { active: 'false', limit: MOST_ENDED }, MOST_ENDED),
  ]);
  // A run may have ended between the two.
  return [...live.filter(({ id }) => !ended.some((run) => run.id === id)), ...ended];
}

/** What came of one reading. */
export interface Reading {
  parts: Partial<Snapshot>;
  /** Why the server gave no answer to any of them; null: it did. */
  unreachable: Error | null;
  /** Whoever answered does not let the reader in; null: they did. */
  refused: AppError | null;
}

/**
 * Reads these parts side by side. What is refused (a person who may not see it) keeps what was known and says why; a server that cannot be
 * reached, or lets nobody in with this token, changes nothing. `looked`: id of the approval that somebody looks at.
 */
export async function readParts(api: ApiClient, names: readonly PartName[], known: Snapshot, looked: string | null = null): Promise<Reading> {
  const parts: Partial<Snapshot> = {};
  let unreachable: Error | null = null;
  let refused: AppError | null = null;
  const read = async <Name extends PartName>(name: Name): Promise<void> => {
    try {
      parts[name] = { value: await READERS[name](api, looked), problem: null } as Snapshot[Name];
    } catch (error) {
      if (isShutOut(error)) refused = error;
      else if (isSilence(error)) unreachable = error;
      else parts[name] = { value: known[name].value, problem: sentenceOf(error) } as Snapshot[Name];
    }
  };
  await Promise.all(names.map(read));
  return { parts, unreachable, refused };
}

/** The server was not there, or broke off: nothing is known about what was asked. */
export function isSilence(error: unknown): error is Error {
  if (isAppError(error)) return error.kind === 'unavailable' && error.detail?.['status'] === undefined;
  return error instanceof Error;
}

/** Everything about one approval that a person looks at before they decide. */
export async function readDetail(api: ApiClient, id: string): Promise<Part<ApprovalDetail>> {
  try {
    const [detail, changes] = await Promise.all([
      api.get<DetailBody>(`/v1/approvals/${id}/details`),
      // Where the change cannot be read now, the rest is shown all the same, with why.
      api.get<ChangesBody>(`/v1/approvals/${id}/changes`, { limit: MOST_FILES }).catch(sentenceOf),
    ]);
    // The same check as in the console: what is shown is what a decision is bound to.
    const own = createHash('sha256').update(detail.canonical).digest('hex');
    if (own !== detail.approval.digest) return { value: null, problem: `${NOT_ITS_DIGEST} Do not decide; tell whoever runs Reeve.` };
    return { value: { detail, changes }, problem: null };
  } catch (error) {
    return { value: null, problem: sentenceOf(error) };
  }
}

const NOT_ITS_DIGEST = 'The digest is not the one of these fields.';

/** What an agent asks, with the answers it offers. */
export async function readQuestion(api: ApiClient, id: string): Promise<Part<QuestionBody>> {
  try {
    return { value: await api.get<QuestionBody>(`/v1/questions/${id}`), problem: null };
  } catch (error) {
    return { value: null, problem: sentenceOf(error) };
  }
}

/** What is to be read again after an event; by the first word of its name. */
const CHANGED_BY: Readonly<Record<string, readonly PartName[]>> = {
  action: ['approvals', 'home'],
  approval: ['approvals', 'home'],
  breakglass: ['approvals', 'home'],
  budget: ['home'],
  change_request: ['queue', 'quarantined', 'home', 'status'],
  queue_alarm: ['queue', 'home'],
  queue_rollback: ['queue'],
  queue_reland: ['queue'],
  queue_target: ['queue', 'home'],
  pull: ['home'],
  question: ['home', 'runs'],
  run: ['runs', 'home'],
  target: ['queue', 'home'],
  work_item: ['home'],
  triage: ['home'],
  task: ['runs'],
  landing: ['home'],
  story: ['home'],
};
/** These tell what the answers already had. */
const NOT_AT_ALL: ReadonlySet<string> = new Set(['event']);

export function partsChangedBy(type: string): readonly PartName[] {
  const word = type.split('.', 1)[0] ?? '';
  return NOT_AT_ALL.has(word) ? [] : (CHANGED_BY[word] ?? []);
}
