import { setTimeout as delay } from 'node:timers/promises';
import { createApiClient, type ApiClient } from '#cli/api/client.ts';
import type { ApprovalBody } from '#cli/commands/approvals.ts';
import { approvePending } from '#cli/story.ts';
import { SAMPLE_ISSUES, SAMPLE_PEOPLE } from '#demo/issues.ts';
import type { Installation } from './installation.ts';
import type { ServerProcess } from './server.ts';

export const titleOf = (sample: number): string => SAMPLE_ISSUES[sample - 1]?.title ?? '';

/** A person who says yes to whatever is asked, at once, but keeps quiet about some of it. */
export interface Decider {
  /** Says yes on this server from now on; the last one is left. Harmless with a server that dies. */
  on(server: ServerProcess): void;
  /** Decides nothing more; throws what went wrong while the server lived. */
  off(): Promise<void>;
}

/** `quiet`: what is not answered, by the issue's title (empty for none) and the kind of the action. */
export async function createDecider(
  installation: Installation,
  first: ServerProcess,
  quiet: (title: string, kind: string) => boolean,
): Promise<Decider> {
  const owner = installation.client(first);
  const { token } = await owner.post<{ token: string }>('/v1/tokens', { name: 'decider', role: 'manager', person: SAMPLE_PEOPLE.at(-1)?.handle });
  let over = new AbortController();
  let deciding = Promise.resolve();

  async function decide(server: ServerProcess, signal: AbortSignal): Promise<void> {
    const client = createApiClient({ url: server.url, token });
    for (; !signal.aborted && server.ending() === null; await delay(100)) {
      try {
        await sayYes(client);
      } catch (error) {
        // A request may meet the server's death; what it says while it lives is the test's business.
        for (let looks = 0; looks < 20 && server.ending() === null && !signal.aborted; looks += 1) await delay(50);
        if (server.ending() === null && !signal.aborted) throw error;
      }
    }
  }

  async function sayYes(client: ApiClient): Promise<void> {
    const items = await installation.query<{ id: string; title: string }>('select id, title from work_items');
    const titles = new Map(items.map(({ id, title }) => [id, title]));
    const wanted = ({ work_item_id: id, kind }: ApprovalBody): boolean => !quiet(id === null ? '' : (titles.get(id) ?? ''), kind);
    await approvePending(client, wanted, 'Sample decision of the chaos test.');
  }

  return {
    on(server) {
      over.abort();
      over = new AbortController();
      deciding = deciding.then(() => decide(server, over.signal));
      // Said by `off`.
      deciding.catch(() => {});
    },
    async off() {
      over.abort();
      await deciding;
    },
  };
}

/** What is under way, in people's words, with how much of it; only what there is. */
export async function underWay(installation: Installation): Promise<Record<string, number>> {
  const [row] = await installation.query<Record<string, number>>(`
    select
      (select count(*) from stories where ended_at is null)::int as stories,
      (select count(*) from stories s where ended_at is null and not exists (select 1 from plans p where p.work_item_id = s.work_item_id))::int
        as "of them before their plan",
      (select count(*) from approvals where status = 'pending')::int as "approvals that wait",
      (select count(*) from actions where kind <> 'pr.merge' and status = 'approved')::int as "actions allowed and not begun",
      (select count(*) from actions where kind = 'pr.merge' and status in ('approved', 'executing'))::int as "merges allowed and not landed",
      (select count(*) from actions where status = 'executing')::int as "actions between intent and receipt",
      (select count(*) from agent_runs where state in ('preparing', 'running', 'checking'))::int as "agent runs",
      (select count(*) from change_requests where state in ('queued', 'merging', 'verifying', 'publishing'))::int as "changes in the queue",
      (select count(*) from outbox where delivered_at is null)::int as "events to deliver"`);
  return Object.fromEntries(Object.entries(row ?? {}).filter(([, count]) => count > 0));
}

/** Approvals that nobody has answered, as what they are bound to. */
export const pending = (installation: Installation): Promise<{ id: string; kind: string; digest: string; expires: string; title: string }[]> =>
  installation.query(`
    select a.id, a.kind, p.digest, p.expires_at::text as expires, w.title from approvals p join actions a on a.id = p.id join work_items w on w.id = a.work_item_id
    where p.status = 'pending' order by a.id`);

/** The database's own clock, as it writes it. */
export async function databaseTime(installation: Installation): Promise<string> {
  const [row] = await installation.query<{ at: string }>('select clock_timestamp()::text as at');
  if (row === undefined) throw new Error('The database does not say what time it is.');
  return row.at;
}
