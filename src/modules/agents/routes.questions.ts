import { z } from 'zod';
import { PageQuery, pageSchema } from '#kernel/page.ts';
import { actorOf, foundOr404, pageBody, route, type RouteDefinition } from '#platform/http/index.ts';
import type { Agents } from './index.ts';
import { QUESTION_STATES, type Question } from './model.questions.ts';

const QuestionView = z.object({
  id: z.string(),
  job_id: z.string(),
  task_id: z.string().nullable(),
  work_item_id: z.string().nullable(),
  project_id: z.string(),
  agent: z.string(),
  role: z.string(),
  question: z.string(),
  choices: z.array(z.string()),
  state: z.enum(QUESTION_STATES),
  answer: z.string().nullable(),
  answered_by: z.string().nullable(),
  asked_at: z.string(),
  expires_at: z.string(),
  ended_at: z.string().nullable(),
});

const QuestionsQuery = PageQuery.extend({
  state: z.enum(QUESTION_STATES).optional(),
  job_id: z.string().optional(),
  task_id: z.string().optional(),
  work_item_id: z.string().optional(),
  project: z.string().optional().describe('Id or key of the project.'),
});
const Params = z.object({ id: z.string() });

/** `/v1/questions`: what agents ask people while they work. */
export function questionRoutes({ agents }: { agents: Agents }): RouteDefinition[] {
  const tag = 'questions';
  return [
    route({
      method: 'GET',
      path: '/v1/questions',
      summary: 'Questions of agents to people, newest first; state=waiting shows those that somebody should answer',
      tag,
      access: 'viewer',
      query: QuestionsQuery,
      response: { status: 200, schema: pageSchema(QuestionView) },
      handle: async ({ query }) => {
        const { job_id, task_id, work_item_id, project, ...same } = query;
        const listed = await agents.questions({ ...same, runId: job_id, taskId: task_id, workItemId: work_item_id, projectId: project });
        return pageBody(listed, presentQuestion);
      },
    }),
    route({
      method: 'GET',
      path: '/v1/questions/:id',
      summary: 'One question with its answer',
      tag,
      access: 'viewer',
      params: Params,
      response: { status: 200, schema: QuestionView },
      handle: async ({ params }) => presentQuestion(foundOr404(await agents.question(params.id), 'question')),
    }),
    route({
      method: 'POST',
      path: '/v1/questions/:id/answer',
      summary: 'Answer a question an agent waits for; people only',
      tag,
      access: 'developer',
      params: Params,
      body: z.strictObject({ answer: z.string().trim().min(1).max(8000) }),
      response: { status: 200, schema: QuestionView },
      handle: async ({ params, body, ...request }) =>
        presentQuestion(await agents.answerQuestion({ id: params.id, answer: body.answer }, actorOf(request))),
    }),
  ];
}

function presentQuestion(question: Question): z.input<typeof QuestionView> {
  return {
    id: question.id,
    job_id: question.runId,
    task_id: question.taskId,
    work_item_id: question.workItemId,
    project_id: question.projectId,
    agent: question.agent,
    role: question.role,
    question: question.question,
    choices: question.choices,
    state: question.state,
    answer: question.answer,
    answered_by: question.answeredBy,
    asked_at: question.askedAt.toISOString(),
    expires_at: question.expiresAt.toISOString(),
    ended_at: question.endedAt?.toISOString() ?? null,
  };
}
