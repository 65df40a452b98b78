import { READ_BY } from '#modules/intake/index.ts';
import { sql, type Queryable } from '#platform/db/index.ts';

/** All ages in seconds by the database's clock. */
export interface Operations {
  approvals: Array<{ kind: string; count: number; oldestSeconds: number }>;
  outbox: { pending: number; oldestSeconds: number };
  ledger: { entries: number; checkpointAgeSeconds: number | null };
  places: Array<{ place: string; behind: number }>;
  stories: number;
}

/** Of tables that grow for ever: reading them takes long. */
export interface Tallies {
  webhooks: Array<{ source: string; count: number; lastAt: number }>;
  runs: Array<{ agent: string; role: string; state: string; failure: string; count: number }>;
}

/** What Reeve read itself is no webhook. */
const READ_NOT_SENT = `^(${READ_BY.join('|')}):`;

export async function readTallies(on: Queryable): Promise<Tallies> {
  return {
    webhooks: await on.all(sql<Tallies['webhooks'][number]>`
      select source, count(*)::int as count, extract(epoch from max(received_at))::float8 as last_at from events
      where not backfilled and delivery_id !~ ${READ_NOT_SENT} group by source`),
    runs: await on.all(sql<Tallies['runs'][number]>`
      select agent, role, state, coalesce(failure, '') as failure, count(*)::int as count from agent_runs group by 1, 2, 3, 4`),
  };
}

/** How the installation stands, from the rows. */
export async function readOperations(on: Queryable): Promise<Operations> {
  return {
    approvals: await on.all(sql<Operations['approvals'][number]>`
      select a.kind, count(*)::int as count, greatest(0, extract(epoch from clock_timestamp() - min(p.created_at)))::float8 as oldest_seconds
      from approvals p join actions a on a.id = p.id where p.status = 'pending' group by a.kind`),
    outbox: await on.one(sql<Operations['outbox']>`
      select count(*)::int as pending, coalesce(greatest(0, extract(epoch from clock_timestamp() - min(occurred_at))), 0)::float8 as oldest_seconds
      from outbox where delivered_at is null`),
    ledger: await on.one(sql<Operations['ledger']>`
      select (select seq from ledger_head)::int as entries,
        (select greatest(0, extract(epoch from clock_timestamp() - at))::float8 from ledger_checkpoints order by number desc limit 1) as checkpoint_age_seconds`),
    places: await on.all(sql<Operations['places'][number]>`
      select place, ((select coalesce(max(number), 0) from ledger_checkpoints) - published)::int as behind from ledger_places`),
    stories: (await on.one(sql<{ count: number }>`select count(*)::int as count from stories where ended_as is null`)).count,
  };
}
