import { z } from 'zod';
import { AppError } from '#kernel/errors.ts';
import { idSchema } from '#kernel/ids.ts';
import { Reply, route, type RouteDefinition } from '#platform/http/route.ts';
import type { MergeQueue } from './commands.ts';
import { presentReplay, presentRollback, presentRollbackPlan, ReplayView, RollbackPlanView, RollbackView } from './routes.view.history.ts';
import type { RollbackSubject } from './steps.inverse.ts';

const Name = z.string().min(1).max(4096);

const ReplayBody = z.strictObject({ target: Name.optional(), repo: Name.optional(), steps: z.boolean().default(false) });

const Subject = z.strictObject({
  /** Either this, or `commit` (with the target, where it is not the only one). */
  change_request: idSchema('changeRequest').optional(),
  commit: z
    .string()
    .regex(/^[0-9a-f]{7,64}$/, 'a commit id')
    .optional(),
  target: Name.optional(),
  repo: Name.optional(),
  with_dependents: z.boolean().default(false),
});
const Confirmed = Subject.extend({
  /** The ids of `rolls_back` that the person was shown: nothing else is undone. */
  confirm: z.array(z.string()).min(1).max(1000),
  reason: z.string().max(500).default(''),
});

/** The past of a target: rebuilding it, and undoing it. */
export function historyRoutes({ queue }: { queue: MergeQueue }): RouteDefinition[] {
  const subjectOf = (body: z.infer<typeof Subject>): Promise<RollbackSubject> => toSubject(queue, body);
  return [
    route({
      method: 'POST',
      path: '/v1/queue/replay',
      summary: 'Rebuild a target from the journal in a scratch repository and compare it with the branch; changes nothing',
      tag: 'merge queue',
      access: 'developer',
      body: ReplayBody,
      response: { status: 200, schema: ReplayView },
      handle: async ({ body }) => presentReplay(await queue.replay(await queue.target(body)), body.steps),
    }),
    route({
      method: 'POST',
      path: '/v1/queue/rollback/plan',
      summary: 'What a rollback would undo, who depends on it and what prevents it; changes nothing',
      tag: 'merge queue',
      access: 'developer',
      body: Subject,
      response: { status: 200, schema: RollbackPlanView },
      handle: async ({ body }) => presentRollbackPlan(await queue.planRollback(await subjectOf(body), body.with_dependents)),
    }),
    route({
      method: 'POST',
      path: '/v1/queue/rollback',
      summary: 'Undo landings by an inverse change request; where they have left the mirror, by a push that needs its approval',
      tag: 'merge queue',
      access: 'developer',
      body: Confirmed,
      response: { status: 201, schema: RollbackView },
      async handle({ body, actor }) {
        const { with_dependents: withDependents, confirm } = body;
        const by = actor?.subject ?? 'anonymous';
        const done = await queue.rollback({ subject: await subjectOf(body), withDependents, confirm, by, reason: body.reason || 'Rolled back.' });
        return new Reply(201, presentRollback(done), { location: `/v1/queue/rollbacks/${done.row.id}` });
      },
    }),
    route({
      method: 'GET',
      path: '/v1/queue/rollbacks/:id',
      summary: 'A rollback, or a landing that is put back, with what became of it',
      tag: 'merge queue',
      access: 'viewer',
      params: z.object({ id: idSchema('rollback') }),
      response: { status: 200, schema: RollbackView },
      handle: async ({ params }) => presentRollback(await queue.readRollback(params.id)),
    }),
  ];
}

async function toSubject(queue: MergeQueue, body: z.infer<typeof Subject>): Promise<RollbackSubject> {
  const { change_request: id, commit, target, repo } = body;
  if ((id === undefined) === (commit === undefined))
    throw new AppError('invalid', 'Name either a change request or a commit.', { code: 'subject_unclear' });
  if (id !== undefined) return { kind: 'change_request', id };
  const key = await queue.target({ target, repo });
  return { kind: 'to_commit', commit: commit ?? '', repositoryId: key.repositoryId, target: key.target };
}
