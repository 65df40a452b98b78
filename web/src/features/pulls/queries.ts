import { queryOptions } from '@tanstack/react-query';
import { api, read, type Answer, type Body, type Item } from '../../api/client.ts';
import type { PagedList } from '../../api/paged-list.ts';
import { keyOfConversations, ON_ITS_WAY_MS } from './conversations.ts';

export type Pull = Item<'/v1/pulls'>;
export type PullDetail = Answer<'/v1/pulls/{id}', 'get'>;
export type TimelineItem = Item<'/v1/pulls/{id}/timeline'>;
export type Changes = Answer<'/v1/pulls/{id}/changes', 'get'>;
export type Finding = PullDetail['findings'][number];
export type Conversations = Answer<'/v1/pulls/{id}/conversations', 'get'>;
export type Conversation = Conversations['items'][number];
export type Proposed = Answer<'/v1/actions/propose', 'post'>;
export type ReviewerLoad = Item<'/v1/reviewers'>;
export type FixWhat = Body<'/v1/pulls/{id}/fix', 'post'>['what'];

/** What the list is narrowed to; kept in the address. */
export interface PullsSearch {
  view?: 'list' | 'reviewers' | undefined;
  state?: Pull['state'] | 'all' | undefined;
  author?: 'agent' | 'person' | undefined;
  waits?: Pull['waiting']['for'] | undefined;
  on?: string | undefined;
  q?: string | undefined;
}

const PAGE = 50;

const keyOf = ({ id }: Pull): string => id;

export const pullList = ({ state = 'open', author, waits, on, q }: PullsSearch): PagedList<Pull> => ({
  queryKey: ['pulls', 'list', { state, author, waits, on, q }],
  keyOf,
  read: (cursor, signal) =>
    read(
      api.GET('/v1/pulls', {
        params: {
          query: {
            limit: PAGE,
            ...(state === 'all' ? {} : { state }),
            ...(author === undefined ? {} : { author }),
            ...(waits === undefined ? {} : { waits }),
            ...(on === undefined ? {} : { waits_on: on }),
            ...(q === undefined ? {} : { q }),
            ...(cursor === null ? {} : { cursor }),
          },
        },
        signal,
      }),
    ),
});

export const pullQuery = (id: string) =>
  queryOptions({
    queryKey: ['pulls', 'one', id],
    queryFn: ({ signal }) => read(api.GET('/v1/pulls/{id}', { params: { path: { id } }, signal })),
  });

export const timelineQuery = (id: string) =>
  queryOptions({
    queryKey: ['pulls', 'timeline', id],
    queryFn: ({ signal }) => read(api.GET('/v1/pulls/{id}/timeline', { params: { path: { id }, query: { limit: 1000 } }, signal })),
  });

export const changesQuery = (id: string) =>
  queryOptions({
    queryKey: ['pulls', 'changes', id],
    queryFn: ({ signal }) => read(api.GET('/v1/pulls/{id}/changes', { params: { path: { id } }, signal })),
  });

/**
 * Asked of the forge itself: not with every event as what is stored. While an answer is on its way there it is looked at again by itself.
 */
export const conversationsQuery = (id: string) =>
  queryOptions({
    queryKey: keyOfConversations(id),
    queryFn: ({ signal }) => read(api.GET('/v1/pulls/{id}/conversations', { params: { path: { id } }, signal })),
    staleTime: 30_000,
    refetchInterval: ({ state }) => (state.data?.items.some(isOnItsWay) === true ? ON_ITS_WAY_MS : false),
  });

const isOnItsWay = ({ asked }: Conversation): boolean => asked.some(({ status }) => status === 'approved' || status === 'executing');

export type Saying =
  | { kind: 'pr.thread.reply'; args: { thread_id: string; body: string } }
  | { kind: 'pr.thread.resolve'; args: { thread_id: string } };

/** Proposes it; the policy decides whether it is done at once or waits for people. */
export const proposeSaying = (target: Conversations['target'], issue: string | null, saying: Saying) =>
  read(api.POST('/v1/actions/propose', { body: { ...saying, target, work_item_id: issue } }));

export const checksQuery = (headSha: string) =>
  queryOptions({
    queryKey: ['pulls', 'checks', headSha],
    queryFn: ({ signal }) => read(api.GET('/v1/ci-results', { params: { query: { head_sha: headSha, limit: 200 } }, signal })),
  });

export const coverageQuery = (id: string) =>
  queryOptions({
    queryKey: ['pulls', 'coverage', id],
    queryFn: ({ signal }) => read(api.GET('/v1/pulls/{id}/coverage', { params: { path: { id } }, signal })),
  });

export const suggestedQuery = (id: string) =>
  queryOptions({
    queryKey: ['pulls', 'suggested', id],
    queryFn: ({ signal }) => read(api.GET('/v1/pulls/{id}/reviewers', { params: { path: { id } }, signal })),
  });

export const projectsQuery = queryOptions({
  queryKey: ['projects', 'names'],
  queryFn: ({ signal }) => read(api.GET('/v1/projects', { params: { query: { limit: 200 } }, signal })),
});

/** `project`: id of one; left out: all together. */
export const reviewersQuery = (days: number, project: string | undefined) =>
  queryOptions({
    queryKey: ['pulls', 'reviewers', days, project],
    queryFn: ({ signal }) => read(api.GET('/v1/reviewers', { params: { query: { days, ...(project === undefined ? {} : { project }) } }, signal })),
  });

export const askFix = (id: string, what: FixWhat) => read(api.POST('/v1/pulls/{id}/fix', { params: { path: { id } }, body: { what } }));
