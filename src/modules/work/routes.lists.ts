import { z } from 'zod';
import type { Actor } from '#kernel/actor.ts';
import { PageQuery, pageSchema } from '#kernel/page.ts';
import { foundOr404 } from '#platform/http/answer.ts';
import { route, type RouteDefinition } from '#platform/http/route.ts';
import { Risk, WORK_SORTS, type Facts, type WorkCounts } from './model.lists.ts';
import { Priority, Size, WorkState, WorkType, type Work, type WorkFilter, type WorkItem } from './model.ts';

/** A work item as the API shows it. */
export const WorkItemView = z.object({
  id: z.string(),
  project_id: z.string(),
  repository_id: z.string().nullable(),
  source: z.string(),
  external_id: z.string(),
  number: z.number().nullable(),
  title: z.string(),
  body: z.string(),
  url: z.string().nullable(),
  type: WorkType.nullable(),
  state: WorkState,
  state_reason: z.string().nullable(),
  priority: Priority,
  size: Size.nullable(),
  labels: z.array(z.string()),
  assignee: z.string().nullable(),
  requested_by: z.string().nullable(),
  author: z.string().nullable(),
  duplicate_of: z.string().nullable(),
  parent_id: z.string().nullable(),
  target_branch: z.string().nullable(),
  external_updated_at: z.string().nullable(),
  version: z.number(),
  created_at: z.string(),
  updated_at: z.string(),
});

const FactsView = {
  risk: Risk.nullable().describe('As triage judged it; null: it was not triaged'),
  tasks: z.number().int().describe('Of the plan in force'),
  tasks_landed: z.number().int(),
  pull: z.object({ id: z.string(), number: z.number().int(), state: z.enum(['open', 'merged', 'closed']), url: z.string() }).nullable(),
  under_way: z.boolean().describe('Its story runs'),
  waits_for: z
    .object({
      who: z.enum(['person', 'agent', 'queue', 'checks', 'issue', 'nobody']),
      text: z.string(),
      since: z.iso.datetime().nullable(),
      id: z.string().nullable().describe('Of the action, question, task, run, change request or issue it waits for'),
    })
    .nullable()
    .describe('Who has to do something before it goes on; null: nothing holds it, or it has ended'),
};

const IssueView = WorkItemView.extend(FactsView).meta({ id: 'Issue' });
type IssueView = z.infer<typeof IssueView>;

/** `a,b`, or the parameter given several times. */
function listOf<T extends z.ZodType>(item: T) {
  return z
    .union([z.string().max(400), z.array(z.string().max(100)).max(30)])
    .transform((given) => (typeof given === 'string' ? given.split(',') : given).map((one) => one.trim()).filter((one) => one !== ''))
    .pipe(z.array(item).max(30) as unknown as z.ZodType<z.output<T>[], string[]>)
    .optional();
}

const Worker = z.string().regex(/^(?:nobody|person|agent|(?:person|agent):\S{1,80})$/, 'person:<handle>, agent:<name>, person, agent or nobody');

/** What lists of issues can be narrowed and ordered by; also what a saved view keeps. */
export const IssueFilters = {
  project: z.string().max(100).optional().describe('Id or key of the project.'),
  repository: z.string().max(100).optional(),
  state: listOf(WorkState).describe('Any of them: `a,b`, or given several times; so are type, priority, size and risk'),
  type: listOf(WorkType),
  priority: listOf(Priority),
  size: listOf(Size),
  risk: listOf(Risk),
  label: z
    .union([z.string().min(1).max(100), z.array(z.string().min(1).max(100)).max(20)])
    .transform((given) => [given].flat())
    .optional()
    .describe('Several: all of them'),
  assignee: z.string().max(100).optional(),
  worker: Worker.optional().describe('Who does it or one of its tasks: `person:<handle>`, `agent:<name>`, any `person`, any `agent`, or `nobody`'),
  requested_by: z.string().max(100).optional().describe('Handle of who asked for it'),
  waits_for: z.enum(['person']).optional().describe('What a person must do something about before it goes on'),
  changed_since: z.iso.datetime({ offset: true }).optional().describe('Changed then or later'),
  ended_since: z.iso
    .datetime({ offset: true })
    .optional()
    .describe('Came then or later to the end it has now: merged, duplicate, declined or failed'),
  open: z
    .enum(['true', 'false'])
    .transform((given) => given === 'true')
    .optional()
    .describe('Only what has not ended'),
  source: z.string().max(40).optional(),
  number: z.coerce.number().int().positive().max(2_147_483_647).optional(),
  q: z.string().max(200).optional().describe('Words looked for in title and text, each from its beginning; a number is the issue’s as well'),
};

const Ordering = {
  sort: z.enum(WORK_SORTS).default('created').describe('`priority`: the most urgent first, then by age'),
  order: z.enum(['newest', 'oldest']).default('newest'),
};

const CountsQuery = z.object(IssueFilters);
const IssueQuery = PageQuery.extend(IssueFilters)
  .extend(Ordering)
  .extend({
    brief: z
      .enum(['true', 'false'])
      .transform((given) => given === 'true')
      .optional()
      .describe('Without the text of each issue: `body` is empty'),
  });

const Counts = z.record(z.string(), z.number().int());
const CountsView = z
  .object({
    total: z.number().int(),
    waits_for_person: z.number().int(),
    state: Counts.describe('As if no state were chosen; so with type, priority, size and risk'),
    type: Counts,
    priority: Counts,
    size: Counts,
    risk: Counts,
    label: Counts.describe('The most frequent ones'),
  })
  .meta({ id: 'IssueCounts' });

/** `GET /v1/issues`, its counts, and one issue. */
export function listRoutes({ work }: { work: Pick<Work, 'list' | 'counts' | 'facts' | 'get'> }): RouteDefinition[] {
  const tag = 'issues';
  return [
    route({
      method: 'GET',
      path: '/v1/issues',
      summary: 'List issues',
      tag,
      access: 'viewer',
      query: IssueQuery,
      response: { status: 200, schema: pageSchema(IssueView) },
      handle: async ({ query, actor }) => {
        const { limit, cursor, sort, order, brief } = query;
        const { items, nextCursor } = await work.list({ ...toFilter(query, actor), limit, cursor, sort, order, brief });
        const facts = await work.facts(items);
        return { items: items.map((item) => presentIssue(item, facts.get(item.id))), next_cursor: nextCursor };
      },
    }),
    route({
      method: 'GET',
      path: '/v1/issues/counts',
      summary: 'How many issues there are by state, type, priority, size, risk and label, within a filter',
      tag,
      access: 'viewer',
      query: CountsQuery,
      response: { status: 200, schema: CountsView },
      handle: async ({ query, actor }) => presentCounts(await work.counts(toFilter(query, actor))),
    }),
    route({
      method: 'GET',
      path: '/v1/issues/:id',
      summary: 'One issue',
      tag,
      access: 'viewer',
      params: z.object({ id: z.string() }),
      response: { status: 200, schema: IssueView },
      handle: async ({ params }) => {
        const item = foundOr404(await work.get(params.id), 'issue');
        return presentIssue(item, (await work.facts([item])).get(item.id));
      },
    }),
  ];
}

/** A caller who is limited to projects finds and counts within them only. */
function toFilter(query: z.output<typeof CountsQuery>, actor: Actor | null): Omit<WorkFilter, 'limit'> {
  return {
    projectId: query.project,
    projectIds: actor?.projects ?? undefined,
    repositoryId: query.repository,
    states: query.state,
    types: query.type,
    priorities: query.priority,
    sizes: query.size,
    risks: query.risk,
    labels: query.label,
    assignee: query.assignee,
    worker: query.worker,
    requestedBy: query.requested_by,
    waitsFor: query.waits_for,
    changedSince: query.changed_since === undefined ? undefined : new Date(query.changed_since),
    endedSince: query.ended_since === undefined ? undefined : new Date(query.ended_since),
    open: query.open,
    source: query.source,
    number: query.number,
    q: query.q,
  };
}

function presentCounts(counts: WorkCounts): z.infer<typeof CountsView> {
  return {
    total: counts.total,
    waits_for_person: counts.waitsForPerson,
    state: counts.states,
    type: counts.types,
    priority: counts.priorities,
    size: counts.sizes,
    risk: counts.risks,
    label: counts.labels,
  };
}

/** An issue with what others know of it; one that was removed at this moment has no facts. */
function presentIssue(item: WorkItem, facts: Facts | undefined): IssueView {
  const waits = facts?.waits ?? null;
  return {
    ...presentWorkItem(item),
    risk: facts?.risk ?? null,
    tasks: facts?.tasks ?? 0,
    tasks_landed: facts?.tasksLanded ?? 0,
    pull: facts?.pull ?? null,
    under_way: facts?.underWay ?? false,
    waits_for: waits === null ? null : { ...waits, since: waits.since?.toISOString() ?? null },
  };
}

/** A work item as the API shows it. */
export function presentWorkItem(item: WorkItem): z.infer<typeof WorkItemView> {
  const { id, source, number, title, body, url, type, state, priority, size, labels, assignee, author, version } = item;
  return {
    id,
    source,
    number,
    title,
    body,
    url,
    type,
    state,
    priority,
    size,
    labels,
    assignee,
    author,
    version,
    project_id: item.projectId,
    repository_id: item.repositoryId,
    external_id: item.externalId,
    state_reason: item.stateReason,
    requested_by: item.requestedBy,
    duplicate_of: item.duplicateOf,
    parent_id: item.parentId,
    target_branch: item.targetBranch,
    external_updated_at: item.externalUpdatedAt?.toISOString() ?? null,
    created_at: item.createdAt.toISOString(),
    updated_at: item.updatedAt.toISOString(),
  };
}
