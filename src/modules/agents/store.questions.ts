import { sql, type Queryable, type Tx } from '#platform/db/index.ts';
import type { Question, QuestionFilter } from './model.questions.ts';

export type NewQuestion = Omit<Question, 'state' | 'answer' | 'answeredBy' | 'endedAt'>;

export async function insertQuestion(tx: Tx, question: NewQuestion): Promise<void> {
  await tx.run(sql`
    insert into agent_questions (id, run_id, execution, task_id, work_item_id, project_id, agent, role, question, choices, asked_at, expires_at)
    values (${question.id}, ${question.runId}, ${question.execution}, ${question.taskId}, ${question.workItemId}, ${question.projectId},
            ${question.agent}, ${question.role}, ${question.question}, ${question.choices}, ${question.askedAt}, ${question.expiresAt})`);
}

export async function questionById(on: Queryable, id: string): Promise<Question | undefined> {
  return on.maybe(sql<Question>`select * from agent_questions where id = ${id}`);
}

export async function lockQuestion(tx: Tx, id: string): Promise<Question | undefined> {
  return tx.maybe(sql<Question>`select * from agent_questions where id = ${id} for update`);
}

/** The same question of the same run, or of an earlier run of the same task, that is answered or still waits; newest first. */
export async function sameQuestion(
  on: Queryable,
  like: { runId: string; taskId: string | null; question: string; now: Date },
): Promise<Question | undefined> {
  return on.maybe(sql<Question>`
    select * from agent_questions
    where question = ${like.question}
      and ((state = 'answered' and (run_id = ${like.runId} or task_id = ${like.taskId}))
        or (state = 'waiting' and run_id = ${like.runId} and expires_at > ${like.now}))
    order by id desc limit 1`);
}

export async function countQuestions(on: Queryable, runId: string): Promise<number> {
  return (await on.one(sql<{ asked: number }>`select count(*) as asked from agent_questions where run_id = ${runId}`)).asked;
}

/** Ends the waiting; false when it had ended before. */
export async function endQuestion(
  tx: Tx,
  id: string,
  end: { state: 'answered'; answer: string; by: string; now: Date } | { state: 'expired' | 'withdrawn'; now: Date },
): Promise<boolean> {
  const [answer, by] = end.state === 'answered' ? [end.answer, end.by] : [null, null];
  const touched = await tx.run(sql`
    update agent_questions set state = ${end.state}, answer = ${answer}, answered_by = ${by}, ended_at = ${end.now}
    where id = ${id} and state = 'waiting'`);
  return touched === 1;
}

export async function waitingOfRun(on: Queryable, runId: string): Promise<Question[]> {
  return on.all(sql<Question>`select * from agent_questions where run_id = ${runId} and state = 'waiting' order by id`);
}

/** Newest first, `limit + 1` rows before the id `before`. One whose time is over waits for nobody, also when its run was lost. */
export async function listQuestions(
  on: Queryable,
  filter: QuestionFilter & { now: Date },
  page: { limit: number; before: string | null },
): Promise<Question[]> {
  const given = (value: string | undefined) => value ?? null;
  const among = filter.projectIds === undefined ? null : [...filter.projectIds];
  return on.all(sql<Question>`
    select * from agent_questions
    where (${page.before}::text is null or id < ${page.before})
      and (${given(filter.state)}::text is null or state = ${given(filter.state)})
      and (${given(filter.state)}::text is distinct from 'waiting' or expires_at > ${filter.now})
      and (${given(filter.runId)}::text is null or run_id = ${given(filter.runId)})
      and (${given(filter.taskId)}::text is null or task_id = ${given(filter.taskId)})
      and (${given(filter.workItemId)}::text is null or work_item_id = ${given(filter.workItemId)})
      and (${given(filter.projectId)}::text is null or project_id = ${given(filter.projectId)})
      and (${among}::text[] is null or project_id = any(${among}))
    order by id desc limit ${page.limit + 1}`);
}
