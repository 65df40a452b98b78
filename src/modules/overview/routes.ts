import { z } from 'zod';
import { actorOf, route, type RouteDefinition } from '#platform/http/index.ts';
import type { Group, Home } from './model.ts';
import type { Overview } from './index.ts';

const At = z.iso.datetime();
const Micros = z.number().int().describe('Micros of USD');
const groupOf = <T extends z.ZodType>(item: T) =>
  z.object({
    count: z.number().int(),
    more: z.boolean().describe('There are at least so many.'),
    evidence: z.string().describe('Path and query of this API that list what was counted.'),
    items: z.array(item).describe('The first few.'),
  });

const Approval = z.object({
  id: z.string(),
  kind: z.string(),
  risk: z.string(),
  headline: z.string(),
  repository: z.string(),
  requester: z.string().nullable(),
  project_id: z.string().nullable(),
  issue_id: z.string().nullable(),
  issue_title: z.string().nullable(),
  created_at: At,
  expires_at: At,
});
const Question = z.object({
  id: z.string(),
  job_id: z.string(),
  issue_id: z.string().nullable(),
  project_id: z.string(),
  agent: z.string(),
  question: z.string(),
  asked_at: At,
  expires_at: At,
});
const Issue = z.object({
  id: z.string(),
  project_id: z.string(),
  number: z.number().nullable(),
  title: z.string(),
  state: z.string(),
  reason: z.string().nullable(),
  assignee: z.string().nullable(),
  changed_at: At,
});
const Review = z.object({
  pull_id: z.string(),
  project_id: z.string(),
  repository: z.string(),
  number: z.number(),
  title: z.string(),
  url: z.string(),
  asked_at: At,
});
const Running = z.object({
  id: z.string(),
  project_id: z.string(),
  agent: z.string(),
  role: z.string(),
  state: z.string(),
  attempt: z.number().int(),
  issue_id: z.string().nullable(),
  issue_number: z.number().nullable(),
  title: z.string().nullable(),
  progress: z.string().nullable().describe('What the agent said last of itself.'),
  fraction: z.number().nullable().describe('How much it says is done, 0 to 1.'),
  question_id: z.string().nullable(),
  started_at: At.nullable(),
  created_at: At,
  cost_micros: Micros,
});
const Landed = z.object({
  id: z.string(),
  project_id: z.string(),
  repository: z.string().nullable(),
  target: z.string(),
  on_main: z.boolean(),
  summary: z.string(),
  commit: z.string(),
  rung: z.string().nullable(),
  issue_id: z.string().nullable(),
  issue_number: z.number().nullable(),
  agent: z.string().nullable(),
  at: At,
});
const Stuck = z.object({
  kind: z.enum(['dispatch_stopped', 'branch_rewritten', 'target_held', 'quarantined', 'idle']),
  title: z.string(),
  why: z.string(),
  since: At.nullable(),
  project_id: z.string().nullable(),
  subject_id: z
    .string()
    .nullable()
    .describe('Id of the change request (quarantined) or issue (idle); repository id and branch (target_held); number of the alarm.'),
  number: z.number().nullable().describe('Of the issue it belongs to.'),
});
const Line = z.object({
  scope: z.enum(['installation', 'project']),
  project_id: z.string().nullable(),
  period: z.enum(['day', 'month']),
  cap_micros: Micros,
  spent_micros: Micros,
  reserved_micros: Micros,
  left_micros: Micros,
  resets_at: At,
});

const HomeView = z
  .object({
    at: At,
    today: At.describe('Since when something counts as today (00:00 UTC).'),
    handle: z.string().nullable().describe('Null: the caller is no person, and decides and reviews nothing.'),
    approvals: groupOf(Approval).extend({
      all: z.number().int().describe('What waits for anybody; `count` is what the caller may decide.'),
      soon: z.number().int().describe('Of `count`, what runs out within an hour.'),
    }),
    questions: groupOf(Question),
    escalations: groupOf(Issue),
    reviews: groupOf(Review),
    running: groupOf(Running),
    merged: groupOf(Issue),
    landed: groupOf(Landed),
    stuck: groupOf(Stuck),
    budget: z.object({ stopped: z.boolean(), evidence: z.string(), lines: z.array(Line) }),
  })
  .meta({ id: 'Home' });

/** `GET /v1/home`. Leaves out what is of other projects by itself, because its numbers have no rows that could be cut. */
export function overviewRoutes({ overview }: { overview: Overview }): RouteDefinition[] {
  return [
    route({
      method: 'GET',
      path: '/v1/home',
      summary: 'What needs the caller now, what runs, what landed today, what is stuck and why, and what is left to spend',
      tag: 'overview',
      access: 'viewer',
      query: z.strictObject({ shown: z.coerce.number().int().min(1).max(50).default(5).describe('Rows of each group.') }),
      response: { status: 200, schema: HomeView },
      handle: async ({ query, ...request }) => present(await overview.home(actorOf(request), query.shown)),
    }),
  ];
}

const iso = (time: Date): string => time.toISOString();

function of<T, V>({ items, ...group }: Group<T>, row: (item: T) => V): Omit<Group<T>, 'items'> & { items: V[] } {
  return { ...group, items: items.map(row) };
}

function present(home: Home): z.input<typeof HomeView> {
  const issue = ({ changedAt, projectId, ...same }: Home['merged']['items'][number]) => ({
    ...same,
    project_id: projectId,
    changed_at: iso(changedAt),
  });
  return {
    at: iso(home.at),
    today: iso(home.today),
    handle: home.handle,
    ...presentWaiting(home),
    escalations: of(home.escalations, issue),
    merged: of(home.merged, issue),
    running: of(home.running, presentRunning),
    landed: of(home.landed, ({ projectId, workItemId, issueNumber, onMain, at, ...same }) => ({
      ...same,
      on_main: onMain,
      project_id: projectId,
      issue_id: workItemId,
      issue_number: issueNumber,
      at: iso(at),
    })),
    stuck: of(home.stuck, ({ since, projectId, subjectId, ...same }) => ({
      ...same,
      since: since === null ? null : iso(since),
      project_id: projectId,
      subject_id: subjectId,
    })),
    budget: { ...home.budget, lines: home.budget.lines.map(presentLine) },
  };
}

function presentWaiting(home: Home): Pick<z.input<typeof HomeView>, 'approvals' | 'questions' | 'reviews'> {
  const { all, soon } = home.approvals;
  return {
    approvals: {
      ...of(home.approvals, ({ projectId, workItemId, issueTitle, createdAt, expiresAt, ...same }) => ({
        ...same,
        project_id: projectId,
        issue_id: workItemId,
        issue_title: issueTitle,
        created_at: iso(createdAt),
        expires_at: iso(expiresAt),
      })),
      all,
      soon,
    },
    questions: of(home.questions, ({ runId, workItemId, projectId, askedAt, expiresAt, ...same }) => ({
      ...same,
      job_id: runId,
      issue_id: workItemId,
      project_id: projectId,
      asked_at: iso(askedAt),
      expires_at: iso(expiresAt),
    })),
    reviews: of(home.reviews, ({ pullId, projectId, askedAt, ...same }) => ({
      ...same,
      pull_id: pullId,
      project_id: projectId,
      asked_at: iso(askedAt),
    })),
  };
}

function presentRunning(run: Home['running']['items'][number]): z.input<typeof Running> {
  const { projectId, workItemId, issueNumber, questionId, startedAt, createdAt, costMicros, ...same } = run;
  return {
    ...same,
    project_id: projectId,
    issue_id: workItemId,
    issue_number: issueNumber,
    question_id: questionId,
    started_at: startedAt === null ? null : iso(startedAt),
    created_at: iso(createdAt),
    cost_micros: costMicros,
  };
}

function presentLine(line: Home['budget']['lines'][number]): z.input<typeof Line> {
  const { scope, period, projectId, capMicros, spentMicros, reservedMicros, leftMicros, resetsAt } = line;
  return {
    scope,
    period,
    project_id: projectId,
    cap_micros: capMicros,
    spent_micros: spentMicros,
    reserved_micros: reservedMicros,
    left_micros: leftMicros,
    resets_at: iso(resetsAt),
  };
}
