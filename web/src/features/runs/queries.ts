import { queryOptions } from '@tanstack/react-query';
import { api, read, type Answer, type Item } from '../../api/client.ts';
import type { PagedList } from '../../api/paged-list.ts';

export type Run = Item<'/v1/jobs'>;
export type Artifact = Item<'/v1/jobs/{id}/artifacts'>;
export type Question = Item<'/v1/questions'>;
export type RunDiff = Answer<'/v1/jobs/{id}/diff', 'get'>;

/** What a list of runs is narrowed to; kept in the address. */
export interface RunsSearch {
  show: 'all' | 'working' | 'ended';
  agent?: string | undefined;
  role?: Run['role'] | undefined;
  state?: Run['state'] | undefined;
}

const ROLES = ['coder', 'reviewer', 'tester', 'planner'] as const;
export const RUN_ROLES: readonly string[] = ROLES;
export const END_STATES = ['succeeded', 'failed', 'cancelled'] as const;

/** While agents work, figures move without an event for each. */
const WORKING_EVERY_MS = 5000;
const PAGE = 50;
const keyOf = ({ id }: Run): string => id;

const narrowed = ({ agent, role, state }: Omit<RunsSearch, 'show'>) => ({
  ...(agent === undefined ? {} : { agent }),
  ...(ROLES.some((one) => one === role) ? { role: role as (typeof ROLES)[number] } : {}),
  ...(state === undefined ? {} : { state }),
});

export const workingRuns = (search: Omit<RunsSearch, 'show'>) =>
  queryOptions({
    queryKey: ['runs', 'working', search],
    queryFn: ({ signal }) => read(api.GET('/v1/jobs', { params: { query: { ...narrowed(search), active: 'true', limit: 200 } }, signal })),
    refetchInterval: WORKING_EVERY_MS,
  });

export const endedRuns = (search: Omit<RunsSearch, 'show'>): PagedList<Run> => ({
  queryKey: ['runs', 'ended', search],
  keyOf,
  read: (cursor, signal) =>
    read(
      api.GET('/v1/jobs', {
        params: { query: { ...narrowed(search), active: 'false', limit: PAGE, ...(cursor === null ? {} : { cursor }) } },
        signal,
      }),
    ),
});

export const runQuery = (id: string) =>
  queryOptions({
    queryKey: ['runs', 'one', id],
    queryFn: ({ signal }) => read(api.GET('/v1/jobs/{id}', { params: { path: { id } }, signal })),
    refetchInterval: ({ state }) => (state.data !== undefined && state.data.ended_at === null ? WORKING_EVERY_MS : false),
  });

export const artifactsQuery = (id: string) =>
  queryOptions({
    queryKey: ['runs', 'artifacts', id],
    queryFn: ({ signal }) => read(api.GET('/v1/jobs/{id}/artifacts', { params: { path: { id } }, signal })),
  });

export const diffQuery = (id: string) =>
  queryOptions({
    queryKey: ['runs', 'diff', id],
    queryFn: ({ signal }) => read(api.GET('/v1/jobs/{id}/diff', { params: { path: { id } }, signal })),
  });

export const answerQuery = (id: string) =>
  queryOptions({
    queryKey: ['runs', 'answer', id],
    queryFn: ({ signal }) => read(api.GET('/v1/jobs/{id}/answer', { params: { path: { id } }, signal })),
  });

/** What the agent of a run asked people, newest first; `over`: it asks nothing more. */
export const questionsQuery = (id: string, over: boolean) =>
  queryOptions({
    queryKey: ['questions', 'of-run', id],
    queryFn: async ({ signal }) => (await read(api.GET('/v1/questions', { params: { query: { job_id: id, limit: 20 } }, signal }))).items,
    refetchInterval: over ? false : WORKING_EVERY_MS,
  });

export const answerQuestion = (id: string, answer: string) =>
  read(api.POST('/v1/questions/{id}/answer', { params: { path: { id } }, body: { answer } }));

export const agentsQuery = queryOptions({
  queryKey: ['agents'],
  queryFn: ({ signal }) => read(api.GET('/v1/agents', { signal })),
});

export const stopRun = (id: string) => read(api.POST('/stop-job', { body: { job_id: id } }));

/** The same task again, as another run, by whoever has it now. */
export function startAgain(task: string, key: string) {
  return read(api.POST('/start-job', { params: { header: { 'Idempotency-Key': key } }, body: { task_id: task } }));
}
