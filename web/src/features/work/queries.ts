import { queryOptions } from '@tanstack/react-query';
import { api, read, type Answer, type Item } from '../../api/client.ts';
import type { PagedList } from '../../api/paged-list.ts';
import { requestable, type Repository } from './request.ts';
import { toQuery, type WorkSearch } from './search.ts';

export type Issue = Item<'/v1/issues'>;
export type Counts = Answer<'/v1/issues/counts', 'get'>;
export type SavedView = Item<'/v1/views'>;
export type TimelineEntry = Item<'/v1/issues/{id}/timeline'>;
export type Task = Item<'/v1/tasks'>;
export type Plan = Item<'/v1/plans'>;

const PAGE = 100;
const ENTRIES = 200;

type ListParameters = NonNullable<Parameters<typeof api.GET<'/v1/issues', never>>[1]>['params'];

function parametersOf(search: WorkSearch): Record<string, string | string[]> {
  return toQuery(search) as Record<string, string | string[]>;
}

const keyOf = ({ id }: Issue): string => id;

export const issueList = (search: WorkSearch): PagedList<Issue> => ({
  queryKey: ['issues', 'list', search],
  keyOf,
  read: (cursor, signal) => {
    const query = { ...parametersOf(search), limit: PAGE, brief: 'true', ...(cursor === null ? {} : { cursor }) };
    return read(api.GET('/v1/issues', { params: { query } as unknown as ListParameters, signal }));
  },
});

export const countsQuery = (search: WorkSearch) =>
  queryOptions({
    queryKey: ['issues', 'counts', search],
    queryFn: ({ signal }) => {
      const { sort: _sort, order: _order, ...query } = parametersOf(search);
      return read(api.GET('/v1/issues/counts', { params: { query }, signal }));
    },
    placeholderData: (before) => before,
  });

export const viewsQuery = queryOptions({
  queryKey: ['views'],
  queryFn: async ({ signal }) => (await read(api.GET('/v1/views', { signal }))).items,
});

export const issueQuery = (id: string) =>
  queryOptions({
    queryKey: ['issues', 'one', id],
    queryFn: ({ signal }) => read(api.GET('/v1/issues/{id}', { params: { path: { id } }, signal })),
  });

const keyOfEntry = ({ id }: TimelineEntry): string => id;

/** From its newest entry back: what happened last is there however long the story is. */
export const storyList = (id: string, all: boolean): PagedList<TimelineEntry> => ({
  queryKey: ['issues', 'timeline', id, all],
  keyOf: keyOfEntry,
  read: (cursor, signal) => {
    const query = { order: 'newest' as const, limit: ENTRIES, ...(all ? {} : { level: 'main' as const }), ...(cursor === null ? {} : { cursor }) };
    return read(api.GET('/v1/issues/{id}/timeline', { params: { path: { id }, query }, signal }));
  },
});

/** The plan in force or the newest one, with its tasks: those of older plans are history. */
export const planQuery = (issueId: string) =>
  queryOptions({
    queryKey: ['plans', 'of', issueId],
    queryFn: async ({ signal }): Promise<{ plan: Plan; tasks: Task[] } | null> => {
      const { items: plans } = await read(api.GET('/v1/plans', { params: { query: { work_item_id: issueId, limit: 20 } }, signal }));
      const plan = plans.find(({ state }) => state === 'approved' || state === 'awaiting_approval' || state === 'draft') ?? plans[0];
      if (plan === undefined) return null;
      const { items: tasks } = await read(api.GET('/v1/tasks', { params: { query: { plan_id: plan.id, limit: 200 } }, signal }));
      return { plan, tasks };
    },
  });

/**
 * Which tasks are held back by others besides what the plan declares. The server looks at the files of the repository for it, so it is asked again only
 * when what the tasks may change is another.
 */
export const planCheckQuery = (planId: string, tasks: readonly Task[]) =>
  queryOptions({
    queryKey: ['plan-check', planId, tasks.map(({ key, scope, depends_on }) => [key, scope, depends_on])],
    queryFn: ({ signal }) => read(api.GET('/v1/plans/{id}/check', { params: { path: { id: planId } }, signal })),
    staleTime: 10 * 60_000,
    enabled: tasks.length > 1,
    retry: false,
  });

export const storyQuery = (id: string) =>
  queryOptions({
    queryKey: ['issues', 'story', id],
    queryFn: ({ signal }) => read(api.GET('/v1/issues/{issue_id}/story', { params: { path: { issue_id: id } }, signal })),
    retry: false,
  });

export const peopleQuery = queryOptions({
  queryKey: ['people', 'all'],
  queryFn: async ({ signal }) => (await read(api.GET('/v1/people', { params: { query: { limit: 200 } }, signal }))).items,
});

export const agentsQuery = queryOptions({
  queryKey: ['agents', 'all'],
  queryFn: async ({ signal }) => (await read(api.GET('/v1/agents', { signal }))).items,
});

export const projectsQuery = queryOptions({
  queryKey: ['projects', 'all'],
  queryFn: async ({ signal }) => (await read(api.GET('/v1/projects', { params: { query: { limit: 200 } }, signal }))).items,
});

/** Where work may be asked for. */
export const repositoriesQuery = queryOptions({
  queryKey: ['repositories', 'requestable'],
  queryFn: async ({ signal }): Promise<Repository[]> => {
    const all: Repository[] = [];
    let cursor: string | null = null;
    do {
      const query: { limit: number; cursor?: string } = { limit: 200, ...(cursor === null ? {} : { cursor }) };
      const page: Answer<'/v1/repositories', 'get'> = await read(api.GET('/v1/repositories', { params: { query }, signal }));
      all.push(...page.items);
      cursor = page.next_cursor;
    } while (cursor !== null);
    return requestable(all);
  },
});

export const runQuery = (id: string) =>
  queryOptions({
    queryKey: ['runs', 'of-story', id],
    queryFn: ({ signal }) => read(api.GET('/v1/jobs/{id}', { params: { path: { id } }, signal })),
  });

export const questionQuery = (id: string) =>
  queryOptions({
    queryKey: ['questions', 'one', id],
    queryFn: ({ signal }) => read(api.GET('/v1/questions/{id}', { params: { path: { id } }, signal })),
  });

export const actionQuery = (id: string) =>
  queryOptions({
    queryKey: ['actions', id],
    queryFn: ({ signal }) => read(api.GET('/v1/actions/{id}', { params: { path: { id } }, signal })),
  });

export const onePlanQuery = (id: string) =>
  queryOptions({
    queryKey: ['plans', 'one', id],
    queryFn: ({ signal }) => read(api.GET('/v1/plans/{id}', { params: { path: { id } }, signal })),
  });

export const summaryQuery = (id: string) =>
  queryOptions({
    queryKey: ['change-requests', id, 'summary'],
    queryFn: ({ signal }) => read(api.GET('/v1/change-requests/{id}/summary', { params: { path: { id } }, signal })),
  });
