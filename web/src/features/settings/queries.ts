import { infiniteQueryOptions, queryOptions, type QueryKey, type UseQueryOptions } from '@tanstack/react-query';
import { api, read, type Answer, type Item } from '../../api/client.ts';
import { toProblem } from '../../api/problem.ts';

export type Project = Item<'/v1/projects'>;
export type Repository = Item<'/v1/repositories'>;
export type Person = Item<'/v1/people'>;
export type Identity = Item<'/v1/identities'>;
export type Team = Item<'/v1/teams'>;
export type Backfill = Answer<'/v1/repositories/{id}/backfill', 'get'>;
export type Agent = Item<'/v1/agents'>;
export type AgentTest = Answer<'/v1/agents/{name}/test', 'post'>;
export type Config = Answer<'/v1/config', 'get'>;
export type Setting = Config['settings'][number];
export type Token = Item<'/v1/tokens'>;
export type Session = Item<'/v1/sessions'>;
export type Connection = Item<'/v1/connections'>;
export type Budget = Answer<'/v1/budget', 'get'>;
export type Policy = Answer<'/v1/policy', 'get'>;
export type PolicyVersion = Item<'/v1/policy/versions'>;
export type Vocabulary = Answer<'/v1/policy/vocabulary', 'get'>;
export type Explained = Answer<'/v1/policy/explain', 'post'>;
export type Simulated = Answer<'/v1/policy/simulate', 'post'>;

const PAGE = 50;

interface PageOf<T> {
  items: T[];
  next_cursor: string | null;
}

/** A list of the server page by page; keyed by the resource, so that events renew it. */
function paged<T>(key: readonly string[], load: (cursor: string | undefined, signal: AbortSignal) => Promise<PageOf<T>>) {
  return infiniteQueryOptions({
    queryKey: key,
    queryFn: ({ pageParam, signal }) => load(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
}

/** One thing by its id; keyed by its resource, as the list is. */
const single =
  <T>(key: readonly string[], load: (id: string, signal: AbortSignal) => Promise<T>) =>
  (id: string): UseQueryOptions<T, Error, T, QueryKey> => ({ queryKey: [...key, id], queryFn: ({ signal }) => load(id, signal) });

const at = (cursor: string | undefined): { limit: number; cursor?: string } => ({ limit: PAGE, ...(cursor === undefined ? {} : { cursor }) });

export const projectsQuery = paged<Project>(['projects', 'list'], (cursor, signal) =>
  read(api.GET('/v1/projects', { params: { query: at(cursor) }, signal })),
);

export const repositoriesQuery = paged<Repository>(['repositories', 'list'], (cursor, signal) =>
  read(api.GET('/v1/repositories', { params: { query: at(cursor) }, signal })),
);

export const peopleQuery = paged<Person>(['people', 'list'], (cursor, signal) =>
  read(api.GET('/v1/people', { params: { query: at(cursor) }, signal })),
);

export const teamsQuery = paged<Team>(['people', 'teams'], (cursor, signal) => read(api.GET('/v1/teams', { params: { query: at(cursor) }, signal })));

const by = (id: string) => ({ path: { id } });

export const projectQuery = single<Project>(['projects', 'one'], (id, signal) => read(api.GET('/v1/projects/{id}', { params: by(id), signal })));

export const repositoryQuery = single<Repository>(['repositories', 'one'], (id, signal) =>
  read(api.GET('/v1/repositories/{id}', { params: by(id), signal })),
);

export const personQuery = single<Person>(['people', 'one'], (id, signal) => read(api.GET('/v1/people/{id}', { params: by(id), signal })));

export const teamQuery = single<Team>(['people', 'team'], (id, signal) => read(api.GET('/v1/teams/{id}', { params: by(id), signal })));

export const identitiesQuery = (person: string) =>
  paged<Identity>(['people', 'identities', person], (cursor, signal) =>
    read(api.GET('/v1/identities', { params: { query: { ...at(cursor), person } }, signal })),
  );

/** Which projects somebody sees; for admins alone. */
export const personProjectsQuery = (id: string) =>
  queryOptions({
    queryKey: ['people', 'projects', id],
    queryFn: ({ signal }) => read(api.GET('/v1/people/{id}/projects', { params: { path: { id } }, signal })),
  });

const LOOK_MS = 2000;

/** How far the history of a repository has been read; null: never begun. Its pages make no event. */
export const backfillQuery = (id: string) =>
  queryOptions({
    queryKey: ['repositories', 'backfill', id],
    async queryFn({ signal }): Promise<Backfill | null> {
      try {
        return await read(api.GET('/v1/repositories/{id}/backfill', { params: { path: { id } }, signal }));
      } catch (error) {
        if (toProblem(error).status === 404) return null;
        throw error;
      }
    },
    refetchInterval: ({ state }) => (state.data?.state === 'running' ? LOOK_MS : false),
  });

export const tokensQuery = paged<Token>(['tokens', 'list'], (cursor, signal) =>
  read(api.GET('/v1/tokens', { params: { query: at(cursor) }, signal })),
);

export const sessionsQuery = paged<Session>(['sessions', 'list'], (cursor, signal) =>
  read(api.GET('/v1/sessions', { params: { query: at(cursor) }, signal })),
);

export const policyVersionsQuery = paged<PolicyVersion>(['policy', 'versions'], (cursor, signal) =>
  read(api.GET('/v1/policy/versions', { params: { query: at(cursor) }, signal })),
);

export const loadQuery = (id: string) =>
  queryOptions({
    queryKey: ['people', 'load', id],
    queryFn: ({ signal }) => read(api.GET('/v1/people/{id}/load', { params: { path: { id } }, signal })),
  });

export const rolloutQuery = (id: string) =>
  queryOptions({
    queryKey: ['projects', 'rollout', id],
    queryFn: ({ signal }) => read(api.GET('/v1/projects/{id}/rollout', { params: { path: { id } }, signal })),
  });

export const agentsQuery = queryOptions({ queryKey: ['agents', 'list'], queryFn: ({ signal }) => read(api.GET('/v1/agents', { signal })) });

export const configQuery = queryOptions({ queryKey: ['config'], queryFn: ({ signal }) => read(api.GET('/v1/config', { signal })) });

/** Calls over connections make no event: what they told is read again now and then. */
export const connectionsQuery = queryOptions({
  queryKey: ['connections', 'list'],
  queryFn: ({ signal }) => read(api.GET('/v1/connections', { signal })),
  refetchInterval: 20_000,
});

export const budgetQuery = queryOptions({ queryKey: ['budget'], queryFn: ({ signal }) => read(api.GET('/v1/budget', { signal })) });

export const budgetHistoryQuery = queryOptions({
  queryKey: ['budget', 'history'],
  queryFn: ({ signal }) => read(api.GET('/v1/budget/history', { params: { query: { days: 14 } }, signal })),
});

/** `project`: as it holds there; null: for all. Who is limited to some projects is only told of one. */
export const policyQuery = (project: string | null) =>
  queryOptions({
    queryKey: ['policy', 'in-force', project],
    queryFn: ({ signal }) => read(api.GET('/v1/policy', { params: { query: project === null ? {} : { project } }, signal })),
  });

export const policyProposalsQuery = queryOptions({
  queryKey: ['approvals', 'policy-proposals'],
  queryFn: ({ signal }) => read(api.GET('/v1/approvals', { params: { query: { kind: 'policy.update', status: 'pending', limit: 10 } }, signal })),
});

/** What became of one proposed change. */
export const policyProposalQuery = (id: string) =>
  queryOptions({
    queryKey: ['approvals', 'policy-proposal', id],
    queryFn: ({ signal }) => read(api.GET('/v1/approvals/{id}', { params: by(id), signal })),
  });

export const vocabularyQuery = queryOptions({
  queryKey: ['policy', 'vocabulary'],
  queryFn: ({ signal }) => read(api.GET('/v1/policy/vocabulary', { signal })),
  staleTime: Infinity,
});

export const policyQuestionsQuery = (kind: string) =>
  queryOptions({
    queryKey: ['actions', 'policy-questions', kind],
    queryFn: ({ signal }) => read(api.GET('/v1/policy/questions', { params: { query: { action_kind: kind, limit: 10 } }, signal })),
    enabled: kind !== '',
  });

export const policyCheckQuery = (text: string) =>
  queryOptions({
    queryKey: ['policy', 'check', text],
    queryFn: ({ signal }) => read(api.POST('/v1/policy/check', { body: { text }, signal })),
    staleTime: Infinity,
    gcTime: 30_000,
  });

/** All rows of what was read of a paged list. */
export const rowsOf = <T>(data: { pages: ReadonlyArray<{ items: readonly T[] }> }): T[] => data.pages.flatMap(({ items }) => items);
