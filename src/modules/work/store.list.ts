import { AppError } from '#kernel/errors.ts';
import { isInstant } from '#kernel/instant.ts';
import { sql, type Queryable, type Statement } from '#platform/db/index.ts';
import { TERMINAL_WORK_STATES, type WorkFilter, type WorkItem } from './model.ts';

type Condition = Statement<unknown>;

/** One row more than asked for, to know whether there is a next page. */
export function listItems(on: Queryable, filter: WorkFilter): Promise<WorkItem[]> {
  const direction = sql.raw(filter.order === 'newest' ? 'desc' : 'asc');
  const by =
    filter.sort === 'updated'
      ? sql`updated_at ${direction}, id ${direction}`
      : filter.sort === 'priority'
        ? sql`priority asc, id ${direction}`
        : sql`id ${direction}`;
  const body = filter.brief === true ? sql`''` : sql`body`;
  const conditions = [afterCursor(filter), ...conditionsOf(filter)];
  return on.all(sql<WorkItem>`select id, project_id, repository_id, source, external_id, number, title, ${body} as body, url, type, state, state_reason,
      priority, size, labels, assignee, requested_by, author, duplicate_of, parent_id, target_branch, external_updated_at, version, created_at, updated_at
    from work_items w where ${sql.join(conditions, AND)} order by ${by} limit ${filter.limit + 1}`);
}

const AND = sql` and `;

/** Members of a filter that are counted value by value: each is left out of the filter while its own values are counted. */
export const FACETS = ['states', 'types', 'priorities', 'sizes', 'risks'] as const;
export type Facet = (typeof FACETS)[number];

/** What rows of `work_items w` must be like; conditions that cost more come last. */
export function conditionsOf(filter: WorkFilter): Condition[] {
  return [...commonConditions(filter), ...FACETS.map((facet) => facetCondition(filter, facet)).filter((condition) => condition !== null)];
}

/** All but the facets. */
export function commonConditions(filter: WorkFilter): Condition[] {
  const found: Condition[] = [sql`true`];
  const equal = (column: string, value: unknown): void => {
    if (value !== undefined) found.push(sql`w.${sql.raw(column)} = ${value}`);
  };
  if (filter.projectId !== undefined) found.push(sql`w.project_id = any(select id from projects where ${filter.projectId} in (id, key))`);
  equal('repository_id', filter.repositoryId);
  equal('state', filter.state);
  equal('assignee', filter.assignee);
  equal('source', filter.source);
  equal('number', filter.number);
  equal('requested_by', filter.requestedBy);
  if (filter.projectIds !== undefined) found.push(sql`w.project_id = any(${[...filter.projectIds]})`);
  if (filter.changedSince !== undefined) found.push(sql`w.updated_at >= ${filter.changedSince}`);
  if (filter.endedSince !== undefined) found.push(sql`w.ended_at >= ${filter.endedSince}`);
  if (filter.open === true) found.push(sql`w.state <> all(${[...TERMINAL_WORK_STATES]}::text[])`);
  const labels = [...(filter.labels ?? []), ...(filter.label === undefined ? [] : [filter.label])];
  if (labels.length > 0) found.push(sql`w.labels @> ${labels}::text[]`);
  if (filter.q !== undefined) found.push(wordsCondition(filter.q));
  if (filter.worker !== undefined) found.push(workerCondition(filter.worker));
  if (filter.waitsFor === 'person') found.push(WAITS_FOR_PERSON);
  return found;
}

const RISK = sql`(select t.result ->> 'risk' from triage_results t where t.work_item_id = w.id and t.current)`;

/** Null: nothing is asked of it. */
export function facetCondition(filter: WorkFilter, facet: Facet): Condition | null {
  const wanted = filter[facet];
  return wanted === undefined || wanted.length === 0 ? null : sql`${FACET_COLUMNS[facet]} = any(${[...wanted]}::text[])`;
}

export const FACET_COLUMNS: Readonly<Record<Facet, Statement<unknown>>> = {
  states: sql`w.state`,
  types: sql`w.type`,
  priorities: sql`w.priority`,
  sizes: sql`w.size`,
  risks: RISK,
};

/**
 * Each word from its beginning, as the database cuts them (`issue_words`, `issue_query`), so that its index is used; a number (`#12`, `12`) is the
 * item's own as well. What holds no letter and no digit finds everything.
 */
function wordsCondition(q: string): Condition {
  if (!/[\p{L}\p{N}]/u.test(q)) return sql`true`;
  const match = sql`issue_words(w.title, w.body) @@ issue_query(${q})`;
  const number = /^\s*#?(\d{1,9})\s*$/.exec(q)?.[1];
  return number === undefined ? match : sql`(w.number = ${Number(number)} or ${match})`;
}

/** By the item's own assignee, and by those of the tasks of the plan in force. */
function workerCondition(worker: string): Condition {
  const tasks = (like: Condition): Condition => sql`exists (select from tasks k join plans p on p.id = k.plan_id
    where k.work_item_id = w.id and k.state <> 'dropped' and p.state in ('draft', 'awaiting_approval', 'approved') and ${like})`;
  if (worker === 'nobody') return sql`(w.assignee is null and not ${tasks(sql`k.assignee is not null`)})`;
  if (worker === 'person' || worker === 'agent') return sql`(w.assignee like ${`${worker}:%`} or ${tasks(sql`k.assignee like ${`${worker}:%`}`)})`;
  return sql`(w.assignee = ${worker} or ${tasks(sql`k.assignee = ${worker}`)})`;
}

/** The same as `decideWaits` says of `who: person`: a decision, an agent's question, a person's own task, an answer of the requester, a failure. */
const WAITS_FOR_PERSON = sql`(w.state in ('needs_info', 'failed') or (w.state <> all(${[...TERMINAL_WORK_STATES]}::text[]) and (
  exists (select from actions a join approvals d on d.id = a.id where a.work_item_id = w.id and a.status = 'pending' and d.status = 'pending')
  or exists (select from agent_questions q where q.work_item_id = w.id and q.state = 'waiting')
  or exists (select from task_waits m join tasks k on k.id = m.task_id where k.work_item_id = w.id))))`;

/** Ids sort by time of creation. The other orders need the value they order by as well. */
function afterCursor({ cursor, order, sort }: WorkFilter): Condition {
  if (cursor === undefined) return sql`true`;
  const beyond = sql.raw(order === 'newest' ? '<' : '>');
  if (sort === 'updated') {
    const [at, id] = parseCursor(cursor, isInstant);
    return sql`(w.updated_at, w.id) ${beyond} (${at}::timestamptz, ${id})`;
  }
  if (sort === 'priority') {
    const [priority, id] = parseCursor(cursor, (text) => /^P\d$/.test(text));
    return sql`(w.priority > ${priority} or (w.priority = ${priority} and w.id ${beyond} ${id}))`;
  }
  return sql`w.id ${beyond} ${cursor}`;
}

/** Of the last row shown. */
export function cursorOf(item: WorkItem, sort: WorkFilter['sort']): string {
  if (sort === 'updated') return `${item.updatedAt.toISOString()}~${item.id}`;
  return sort === 'priority' ? `${item.priority}~${item.id}` : item.id;
}

function parseCursor(cursor: string, isValue: (text: string) => boolean): [string, string] {
  const [first = '', id = '', ...rest] = cursor.split('~');
  if (!isValue(first) || !/^[!-~]+$/.test(id) || rest.length > 0)
    throw new AppError('invalid', 'This is no cursor of a list in this order.', {
      code: 'bad_cursor',
      hint: 'Take `next_cursor` of the page before.',
    });
  return [first, id];
}
