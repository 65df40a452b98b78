import { sql, type Queryable } from '#platform/db/index.ts';

export interface PullPlace {
  forge: string;
  repository: string;
  number: number;
}

export async function placeOfPull(on: Queryable, pullId: string): Promise<PullPlace | null> {
  const row = await on.maybe(sql<PullPlace>`
    select r.forge, r.name as repository, u.number from pulls u join repositories r on r.id = u.repository_id where u.id = ${pullId}`);
  return row ?? null;
}

export interface AnswerUnderWay {
  actionId: string;
  kind: 'pr.thread.reply' | 'pr.thread.resolve';
  status: 'pending' | 'approved' | 'executing' | 'failed' | 'declined';
  threadId: string;
}

/** What was proposed for conversations of a pull request and has not ended, or came to nothing within a day; oldest first. */
export function answersUnderWay(on: Queryable, { forge, repository, number }: PullPlace): Promise<AnswerUnderWay[]> {
  return on.all(sql<AnswerUnderWay>`
    select id as action_id, kind, status, record -> 'args' ->> 'thread_id' as thread_id from actions
    where (status in ('pending', 'approved', 'executing') or status in ('failed', 'declined') and created_at > now() - interval '1 day')
      and kind in ('pr.thread.reply', 'pr.thread.resolve')
      and record -> 'target' ->> 'forge' = ${forge} and lower(record -> 'target' ->> 'repo') = lower(${repository})
      and record -> 'target' ->> 'number' = ${String(number)}
    order by id`);
}
