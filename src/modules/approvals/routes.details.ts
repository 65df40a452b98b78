import { z } from 'zod';
import { actorOf } from '#platform/http/answer.ts';
import { route, type RouteDefinition } from '#platform/http/route.ts';
import type { ApprovalChanges, ApprovalCounts, ApprovalDetails, Approvals } from './model.ts';
import type { ChangesReader } from './queries.changes.ts';
import { ApprovalView, presentApproval } from './routes.view.ts';

interface Deps {
  approvals: Approvals;
  approvalChanges: ChangesReader;
  /** Id of a project by id or key. AppError not_found. */
  projectId(given: string): Promise<string>;
}

const Id = z.object({ id: z.string().max(100) });

/** What a person looks at before they decide. */
export function detailRoutes(deps: Deps): RouteDefinition[] {
  return [countsRoute(deps), detailsRoute(deps), changesRoute(deps), previewRoute(deps)];
}

const Counts = z.object({
  pending: z.number().int(),
  mine: z.number().int().describe('What the caller may decide and has not said yes to; at most 1,000 are counted.'),
  mine_soon: z.number().int().describe('Of these, what runs out within an hour.'),
  by_risk: z.object({ low: z.number().int(), medium: z.number().int(), high: z.number().int() }),
  by_kind: z.array(z.object({ kind: z.string(), pending: z.number().int(), mine: z.number().int() })),
  by_project: z.array(z.object({ project_id: z.string().nullable(), pending: z.number().int() })),
});

function countsRoute({ approvals, projectId }: Deps): RouteDefinition {
  return route({
    method: 'GET',
    path: '/v1/approvals/counts',
    summary: 'How many approvals wait: for the caller, by risk, kind and project',
    tag: 'approvals',
    access: 'viewer',
    query: z.object({ project: z.string().min(1).max(100).optional().describe('Id or key; without it all projects the caller sees.') }),
    response: { status: 200, schema: Counts },
    async handle({ query, ...request }) {
      const by = actorOf(request);
      const of = query.project === undefined ? {} : { projectId: await projectId(query.project) };
      return presentCounts(await approvals.counts(by, { ...of, projectIds: by.projects ?? undefined }));
    },
  });
}

const presentCounts = ({ pending, mine, mineSoon, byRisk, byKind, byProject }: ApprovalCounts): z.infer<typeof Counts> => ({
  pending,
  mine,
  mine_soon: mineSoon,
  by_risk: byRisk,
  by_kind: byKind,
  by_project: byProject.map((row) => ({ project_id: row.projectId, pending: row.pending })),
});

const Details = z.object({
  approval: ApprovalView,
  parts: z
    .array(
      z.object({
        path: z.string().describe('Its place in the record: args.body.'),
        label: z.string(),
        form: z.enum(['markdown', 'text', 'line', 'list', 'commit', 'branch', 'json']),
        text: z.string().describe('Exactly what is stored and would be sent: untrusted, nothing escaped, nothing cut.'),
        items: z.array(z.string()),
        only_shown: z.boolean().describe('Shown to whoever decides, and sent nowhere.'),
        hidden: z.number().int().describe('Characters in it that nobody can see.'),
        before: z.string().nullable().describe('The text it would replace, where that is known.'),
      }),
    )
    .describe('What would be sent or done, the texts first.'),
  fields: z.array(z.object({ path: z.string(), value: z.string().describe('As JSON.') })).describe('Every value the digest covers.'),
  canonical: z.string().describe('The very text the digest is the SHA-256 of (RFC 8785).'),
  rule: z.object({
    in_force: z.boolean().describe('Whether the policy that asked is the one in force.'),
    source: z.string().nullable(),
    conditions: z.array(z.object({ member: z.string(), text: z.string(), holds: z.boolean().nullable(), error: z.string().nullable() })),
    limits: z.array(z.object({ name: z.string(), state: z.string(), reason: z.string() })),
    now: z.object({ kind: z.string(), rule: z.string(), reason: z.string() }).nullable().describe('What the policy in force says now.'),
  }),
  votes: z.array(z.object({ by: z.string(), decision: z.enum(['approve', 'decline', 'modify']), reason: z.string().nullable(), at: z.string() })),
  eligible: z.array(z.string()).describe('People who may decide it now, as person:<handle>.'),
  like: z.number().int().describe('Other pending ones of the same kind that the caller may decide.'),
  undo: z.object({
    by: z.enum(['action', 'command', 'irreversible']),
    what: z.string(),
    sentence: z.string(),
    told: z.string().describe('The sentence for who reads it in the console: without a command.'),
    now: z.boolean().describe('It was done, and its inverse can be proposed.'),
  }),
  modify: z.object({
    possible: z.boolean(),
    why_not: z.string().nullable(),
    schema: z.record(z.string(), z.unknown()).describe('JSON Schema of changed arguments.'),
  }),
});

function detailsRoute({ approvals }: Deps): RouteDefinition {
  return route({
    method: 'GET',
    path: '/v1/approvals/:id/details',
    summary: 'What exactly would happen, by which rule, who may decide, how it is taken back, and what may be changed',
    tag: 'approvals',
    access: 'viewer',
    params: Id,
    response: { status: 200, schema: Details },
    async handle({ params, ...request }) {
      const by = actorOf(request);
      const details = await approvals.details(params.id, by);
      const { approval } = details;
      if (approval.status === 'pending') await approvals.looked(params.id, by);
      const [standing] = await approvals.standings([approval], by);
      return { approval: presentApproval(approval, standing), ...presentDetails(details) };
    },
  });
}

function presentDetails({ description, rule, votes, eligible, like, before }: ApprovalDetails): Omit<z.infer<typeof Details>, 'approval'> {
  const { parts, fields, canonical, undo, fixed, argsSchema } = description;
  return {
    parts: parts.map((part) => ({ ...part, before: before[part.path] ?? null })),
    fields,
    canonical,
    rule: { in_force: rule.inForce, source: rule.source, conditions: rule.conditions, limits: rule.limits, now: rule.now },
    votes: votes.map(({ subject, decision, reason, at }) => ({ by: subject, decision, reason, at: at.toISOString() })),
    eligible,
    like,
    undo,
    modify: { possible: fixed === null, why_not: fixed, schema: argsSchema },
  };
}

const Changes = z.object({
  unavailable: z.string().nullable().describe('Why there is nothing to show; null: there is.'),
  from: z.string().nullable(),
  to: z.string().nullable(),
  onto: z.string().nullable().describe('The branch it would go to.'),
  files: z.number().int().describe('Of all of it, whatever is listed.'),
  added: z.number().int(),
  deleted: z.number().int(),
  protected_files: z.number().int(),
  items: z.array(
    z.object({
      path: z.string(),
      from: z.string().nullable().describe('Former name of a renamed file.'),
      status: z.enum(['A', 'M', 'D', 'R', 'T']),
      added: z.number().int().nullable().describe('Null: it is no text.'),
      deleted: z.number().int().nullable(),
      protected: z.boolean().describe('By the policy in force.'),
      hunks: z.string().describe('Unified hunks without the lines above them; untrusted. Empty: no lines of text.'),
      cut: z.boolean().describe('More of it is not shown: ask for it by its path.'),
    }),
  ),
  next_cursor: z.string().nullable(),
});

function changesRoute({ approvalChanges }: Deps): RouteDefinition {
  return route({
    method: 'GET',
    path: '/v1/approvals/:id/changes',
    summary: 'The files an approval would change, by path, each with its hunks',
    tag: 'approvals',
    access: 'viewer',
    params: Id,
    query: z.object({
      limit: z.coerce.number().int().min(1).max(50).default(20),
      // The path of a file; a list of them has no ids.
      cursor: z.string().max(4096).optional(),
      path: z.string().min(1).max(4096).optional().describe('This file alone, and more of it.'),
    }),
    response: { status: 200, schema: Changes },
    handle: async ({ params, query }) => presentChanges(await approvalChanges.changes(params.id, query)),
  });
}

function presentChanges({ protectedFiles, nextCursor, items, ...rest }: ApprovalChanges): z.infer<typeof Changes> {
  const files = items.map(({ isProtected, ...file }) => ({ ...file, protected: isProtected }));
  return { ...rest, protected_files: protectedFiles, items: files, next_cursor: nextCursor };
}

const Preview = z.object({
  ok: z.boolean(),
  problems: z.array(z.object({ path: z.string(), message: z.string() })),
  args: z.record(z.string(), z.unknown()).nullable().describe('The arguments as they would leave.'),
  decision: z
    .object({ kind: z.enum(['auto', 'approval', 'deny']), risk: z.enum(['low', 'medium', 'high']), reason: z.string() })
    .extend({ approvers: z.array(z.string()), needed: z.number().int() })
    .extend({
      eligible: z.array(z.string()).describe('People who could then decide it, as person:<handle>.'),
      you: z
        .object({ may_decide: z.boolean(), why_not: z.object({ code: z.string(), reason: z.string() }).nullable() })
        .describe('How the caller would then stand to it: whoever changes an action becomes its proposer.'),
    })
    .nullable(),
});

function previewRoute({ approvals }: Deps): RouteDefinition {
  return route({
    method: 'POST',
    path: '/v1/approvals/:id/modification',
    summary: 'What other arguments would make of it: problems, or the text as it would leave and who would decide; changes nothing',
    tag: 'approvals',
    access: 'person',
    params: Id,
    body: z.strictObject({ args: z.record(z.string(), z.json()) }),
    response: { status: 200, schema: Preview },
    async handle({ params, body, ...request }): Promise<z.infer<typeof Preview>> {
      const answer = await approvals.previewModification(params.id, body.args, actorOf(request));
      if (!answer.ok) return { ok: false, problems: answer.problems, args: null, decision: null };
      const { whyNot, ...decision } = answer.decision;
      const you = { may_decide: decision.kind === 'approval' && whyNot === null, why_not: whyNot };
      return { ok: true, problems: [], args: answer.args, decision: { ...decision, you } };
    },
  });
}
