import type { Actor } from '#kernel/actor.ts';
import { AppError } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { Tx } from '#platform/db/index.ts';
import { storableText } from './decide.text.ts';
import { QUESTION_EVENTS } from './events.ts';
import type { Question } from './model.questions.ts';
import type { AgentsDeps } from './steps.context.ts';
import type { LogBell } from './steps.log.ts';
import { endQuestion, insertQuestion, lockQuestion, questionById, waitingOfRun, type NewQuestion } from './store.questions.ts';

type QuestionDeps = Pick<AgentsDeps, 'db' | 'clock' | 'ledger' | 'outbox'>;

/** Puts a question to people: row, ledger entry and event in one transaction. */
export async function askPeople(deps: QuestionDeps, question: NewQuestion): Promise<Question> {
  return deps.db.tx(async (tx) => {
    await insertQuestion(tx, question);
    await tell(deps, tx, question, {
      kind: QUESTION_EVENTS.waiting,
      actor: `agent:${question.agent}`,
      more: { question: question.question, choices: question.choices, expires_at: question.expiresAt.toISOString() },
    });
    return found(await questionById(tx, question.id), question.id);
  });
}

/**
 * A person's answer; the agent hears it within a second. The same answer by the same person again is a no-op. Throws
 * AppError not_found, forbidden `person_needed` (an agent or a service asked itself), conflict `not_waiting`.
 */
export async function answerQuestion(deps: QuestionDeps, bell: LogBell, input: { id: string; answer: string }, by: Actor): Promise<Question> {
  if (by.kind !== 'person')
    throw new AppError('forbidden', 'Questions of agents are answered by people.', {
      code: 'person_needed',
      hint: 'Use a token that belongs to a person.',
    });
  const answer = storableText(input.answer);
  const answered = await deps.db.tx(async (tx) => {
    const question = found(await lockQuestion(tx, input.id), input.id);
    if (question.state === 'answered' && question.answer === answer && question.answeredBy === by.subject) return question;
    const now = deps.clock.now();
    if (question.state !== 'waiting' || question.expiresAt <= now)
      throw new AppError('conflict', sentenceOf(question), { code: 'not_waiting', detail: { state: question.state } });
    await endQuestion(tx, question.id, { state: 'answered', answer, by: by.subject, now });
    await tell(deps, tx, question, { kind: QUESTION_EVENTS.answered, actor: by.subject, more: { question: question.question, answer } });
    return found(await questionById(tx, question.id), question.id);
  });
  bell.ring(input.id);
  return answered;
}

function sentenceOf({ state, answeredBy }: Question): string {
  if (state === 'answered') return `${answeredBy ?? 'Somebody'} has answered this question already.`;
  if (state === 'withdrawn') return 'The run that asked has ended: nobody waits for this answer any more.';
  return 'The agent has gone on without an answer: it may wait no longer.';
}

/** The agent's patience is over. */
export async function expireQuestion(deps: QuestionDeps, question: Question): Promise<void> {
  await deps.db.tx((tx) => endWaiting(deps, tx, question, 'expired'));
}

/** The run has ended: what it asked waits for nobody. */
export async function withdrawQuestions(deps: QuestionDeps, tx: Tx, runId: string): Promise<void> {
  for (const question of await waitingOfRun(tx, runId)) await endWaiting(deps, tx, question, 'withdrawn');
}

async function endWaiting(deps: QuestionDeps, tx: Tx, question: Question, state: 'expired' | 'withdrawn'): Promise<void> {
  if (await endQuestion(tx, question.id, { state, now: deps.clock.now() }))
    await tell(deps, tx, question, { kind: QUESTION_EVENTS[state], actor: 'system', more: {} });
}

async function tell(deps: QuestionDeps, tx: Tx, question: NewQuestion, news: { kind: string; actor: string; more: JsonObject }): Promise<void> {
  const payload: JsonObject = { run_id: question.runId, task_id: question.taskId, agent: question.agent, role: question.role, ...news.more };
  const about = { subject: question.id, projectId: question.projectId, workItemId: question.workItemId };
  deps.ledger.append(tx, { kind: news.kind, actor: news.actor, ...about, payload });
  await deps.outbox.put(tx, { type: news.kind, ...about, data: payload });
}

function found(question: Question | undefined, id: string): Question {
  if (question === undefined) throw new AppError('not_found', `There is no question ${id}.`);
  return question;
}
