import { sql, type Queryable } from '#platform/db/index.ts';
import type { WorkFilter } from './model.ts';
import { commonConditions, conditionsOf, FACET_COLUMNS, facetCondition, FACETS, type Facet } from './store.list.ts';

/** `facet` `total` has one row without a value; `labels` has the most frequent ones. */
export interface CountRow {
  facet: Facet | 'total' | 'labels' | 'waiting';
  value: string | null;
  items: number;
}

const MOST_LABELS = 40;
const AND = sql` and `;

/**
 * How many items there are by each value of each facet, all other members of the filter applied, in one statement: the rows are read once, with a
 * mark for each facet whether they meet it.
 */
export function countItems(on: Queryable, filter: WorkFilter): Promise<CountRow[]> {
  const marks = FACETS.map((facet) => sql`coalesce(${facetCondition(filter, facet) ?? sql`true`}, false) as ${sql.raw(`is_${facet}`)}`);
  const values = FACETS.map((facet) => sql`${FACET_COLUMNS[facet]} as ${sql.raw(facet)}`);
  const all = sql.raw(FACETS.map((facet) => `is_${facet}`).join(' and '));
  const perFacet = FACETS.map((facet) => {
    const others = sql.raw(
      FACETS.filter((other) => other !== facet)
        .map((other) => `is_${other}`)
        .join(' and '),
    );
    return sql`select ${facet}::text as facet, ${sql.raw(facet)} as value, count(*)::int as items from found where ${others} group by 2`;
  });
  const waiting = conditionsOf({ ...filter, waitsFor: 'person' });
  return on.all(sql<CountRow>`
    with found as materialized (
      select w.labels, ${sql.join(values)}, ${sql.join(marks)} from work_items w where ${sql.join(commonConditions(filter), AND)}
    )
    select 'total' as facet, null as value, count(*)::int as items from found where ${all}
    union all ${sql.join(perFacet, sql` union all `)}
    union all select 'waiting', null, (select count(*)::int from work_items w where ${sql.join(waiting, AND)})
    union all (select 'labels', label, count(*)::int as items from found cross join unnest(labels) as label where ${all}
      group by label order by items desc, label limit ${MOST_LABELS})`);
}
