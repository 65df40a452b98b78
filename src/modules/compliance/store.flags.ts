import type { Queryable, Statement } from '#platform/db/index.ts';
import { sql } from '#platform/db/index.ts';
import type { ComplianceFilter } from './model.ts';
import { FLAG_CODES, FLAGS, type ComplianceSummary, type Flag, type Outcome } from './model.flags.ts';

const finding = (name: string): Statement<unknown> => sql`(record -> 'findings' ->> ${sql.raw(`'${name}'`)})::boolean`;

/** What `decide.flags.ts` says, of a row. */
const FLAGGED: Readonly<Record<Flag, Statement<unknown>>> = {
  work_before_ticket: sql`${finding('ticket_before_work')} is false`,
  author_approved: finding('author_approved'),
  approved_late: sql`not ${finding('approved_before_change')}`,
  checks_failed: sql`${finding('checks_passed')} is false`,
  self_approved: finding('self_approved'),
  emergency: finding('emergency'),
  no_ticket: sql`jsonb_typeof(record -> 'issue') = 'null'`,
  no_checks: sql`jsonb_array_length(record -> 'checks') = 0`,
  no_decision: sql`jsonb_array_length(record -> 'decisions') = 0`,
};

const anyOf = (flags: readonly Flag[]): Statement<unknown> =>
  sql`(${sql.join(
    flags.map((flag) => FLAGGED[flag]),
    sql` or `,
  )})`;

const EXCEPTION = anyOf(FLAG_CODES.filter((flag) => FLAGS[flag].kind === 'exception'));
const GAP = anyOf(FLAG_CODES.filter((flag) => FLAGS[flag].kind === 'gap'));

const OF_OUTCOME: Readonly<Record<Outcome, Statement<unknown>>> = {
  clean: sql`not ${EXCEPTION} and not ${GAP}`,
  exceptions: EXCEPTION,
  incomplete: GAP,
};

export type RecordSearch = Omit<ComplianceFilter, 'limit' | 'cursor' | 'order'>;

export function conditionsOf(filter: RecordSearch): Statement<unknown>[] {
  const conditions: Statement<unknown>[] = [sql`true`];
  if (filter.projectId !== undefined) conditions.push(sql`project_id = ${filter.projectId}`);
  if (filter.pullId !== undefined) conditions.push(sql`pull_id = ${filter.pullId}`);
  if (filter.workItemId !== undefined) conditions.push(sql`work_item_id = ${filter.workItemId}`);
  if (filter.kind !== undefined) conditions.push(sql`kind = ${filter.kind}`);
  if (filter.person !== undefined) conditions.push(sql`people @> array[${filter.person}]::text[]`);
  if (filter.model !== undefined) conditions.push(sql`record -> 'models' @> ${JSON.stringify([filter.model])}::jsonb`);
  if (filter.from !== undefined) conditions.push(sql`changed_at >= ${filter.from}::timestamptz`);
  if (filter.to !== undefined) conditions.push(sql`changed_at < ${filter.to}::timestamptz`);
  for (const flag of filter.flags ?? []) conditions.push(FLAGGED[flag]);
  if (filter.outcome !== undefined) conditions.push(OF_OUTCOME[filter.outcome]);
  return conditions;
}

type Counts = Record<Flag, number> & Pick<ComplianceSummary, 'total' | 'clean' | 'exceptions' | 'incomplete'>;

export async function countFlags(on: Queryable, search: RecordSearch): Promise<Counts> {
  // Names of columns come back in camel case: codes are asked for as a document, which is left as it is.
  const flags = sql.join(FLAG_CODES.map((flag) => sql`${sql.raw(`'${flag}'`)}, count(*) filter (where ${FLAGGED[flag]})`));
  const { counts } = await on.one(sql<{ counts: Counts }>`
    select jsonb_build_object('total', count(*), 'clean', count(*) filter (where ${OF_OUTCOME.clean}), 'exceptions', count(*) filter (where ${EXCEPTION}),
      'incomplete', count(*) filter (where ${GAP}), ${flags}) as counts
    from compliance_records where ${sql.join(conditionsOf(search), sql` and `)}`);
  return counts;
}

const MOST_WEEKS = 53;

export function countWeeks(on: Queryable, search: RecordSearch): Promise<ComplianceSummary['weeks']> {
  return on.all(sql<ComplianceSummary['weeks'][number]>`
    select date_trunc('week', changed_at at time zone 'UTC') at time zone 'UTC' as "from", count(*) as total,
      count(*) filter (where ${EXCEPTION}) as exceptions, count(*) filter (where ${GAP}) as incomplete
    from compliance_records where ${sql.join(conditionsOf(search), sql` and `)} group by 1 order by 1 desc limit ${MOST_WEEKS}`);
}
