import type { Actor } from '#kernel/actor.ts';
import type { Budget } from '#modules/budget/index.ts';
import { beginningOfDay, ESCALATED, stuckBefore, toIssue } from './decide.ts';
import type { AskedReviewItem, BudgetLine, Group, Home, LandedChange, NamedIssue, RunningAgent, WaitingApproval, WaitingQuestion } from './model.ts';
import { MOST, within, type Asking, type OverviewDeps } from './queries.asking.ts';
import { stuckThings } from './queries.stuck.ts';

export type { OverviewDeps };

/** What needs the caller, runs, landed, is stuck, and what is left to spend; all of it within the projects they see. */
export async function readHome(deps: OverviewDeps, by: Actor, shown: number): Promise<Home> {
  const now = deps.clock.now();
  const today = beginningOfDay(now);
  const handle = by.subject.startsWith('person:') ? by.subject.slice('person:'.length) : null;
  const asking: Asking = { by, handle, projectIds: by.projects ?? null, shown };
  const budget = await deps.budget.view(null);
  const [approvals, questions, escalations, reviews, running, merged, landed, stuck] = await Promise.all([
    approvalsOf(deps, asking),
    questionsOf(deps, asking),
    escalationsOf(deps, asking),
    reviewsOf(deps, asking),
    runningNow(deps, asking),
    mergedSince(deps, asking, today),
    landedSince(deps, asking, today),
    stuckThings(deps, asking, { now, budget, before: stuckBefore(now) }),
  ]);
  const lines = budget.pools.filter((pool) =>
    asking.projectIds === null ? true : pool.projectId !== null && asking.projectIds.includes(pool.projectId),
  );
  return {
    at: now,
    today,
    handle,
    approvals,
    questions,
    escalations,
    reviews,
    running,
    merged,
    landed,
    stuck,
    budget: { stopped: budget.stopped, evidence: '/v1/budget', lines: lines.map(toLine) },
  };
}

async function approvalsOf({ approvals, actions, standing }: OverviewDeps, asking: Asking): Promise<Home['approvals']> {
  const counts = await approvals.counts(asking.by, within(asking));
  // What runs out within the hour comes first; where nothing does, a merge must not stand behind a hundred plans that were asked for earlier.
  const order = counts.mineSoon > 0 ? 'expiring' : 'risk';
  const page = await approvals.list({ status: 'pending', mine: asking.by, order, limit: asking.shown, ...within(asking) });
  const issues = await standing.namesOf(page.items.flatMap(({ action }) => action.workItemId ?? []));
  const items = page.items.map(({ id, action }): WaitingApproval => {
    const { record, projectId, workItemId, createdAt, expiresAt } = action;
    const names = { headline: actions.headline(action), repository: record.target.repo, requester: record.trigger_user };
    const issueTitle = workItemId === null ? null : (issues.get(workItemId)?.title ?? null);
    return { id, kind: record.kind, risk: record.risk, ...names, projectId, workItemId, issueTitle, createdAt, expiresAt };
  });
  return {
    count: counts.mine,
    more: false,
    all: counts.pending,
    soon: counts.mineSoon,
    evidence: '/v1/approvals?status=pending&mine=true&order=expiring',
    items,
  };
}

async function questionsOf({ agents }: OverviewDeps, asking: Asking): Promise<Group<WaitingQuestion>> {
  const page = await agents.questions({ state: 'waiting', limit: MOST, ...within(asking) });
  // What runs out first is what is wanted first.
  const waiting = page.items.toSorted((a, b) => a.expiresAt.getTime() - b.expiresAt.getTime());
  return {
    count: waiting.length,
    more: page.nextCursor !== null,
    evidence: '/v1/questions?state=waiting',
    items: waiting.slice(0, asking.shown).map(({ id, runId, workItemId, projectId, agent, question, askedAt, expiresAt }) => ({
      id,
      runId,
      workItemId,
      projectId,
      agent,
      question,
      askedAt,
      expiresAt,
    })),
  };
}

async function escalationsOf({ standing }: OverviewDeps, asking: Asking): Promise<Group<NamedIssue>> {
  const found = await standing.itemsIn(ESCALATED, { projectIds: asking.projectIds, limit: asking.shown });
  return { count: found.count, more: false, evidence: '/v1/issues?state=needs_info&state=failed', items: found.items.map(toIssue) };
}

async function reviewsOf({ reviewsAskedOf }: OverviewDeps, { handle, projectIds, shown }: Asking): Promise<Group<AskedReviewItem>> {
  const found = handle === null ? { count: 0, items: [] } : await reviewsAskedOf({ handle, projectIds, limit: shown });
  const items = found.items.map(({ pullId, projectId, repository, number, title, url, askedAt }) => ({
    pullId,
    projectId,
    repository,
    number,
    title,
    url,
    askedAt,
  }));
  return { count: found.count, more: false, evidence: '/v1/pulls?state=open', items };
}

async function runningNow({ agents }: OverviewDeps, asking: Asking): Promise<Group<RunningAgent>> {
  const page = await agents.list({ active: true, limit: MOST, ...within(asking) });
  const items = page.items.slice(0, asking.shown);
  const about = await agents.about(items.map(({ id }) => id));
  return {
    count: page.items.length,
    more: page.nextCursor !== null,
    evidence: '/v1/jobs?active=true',
    items: items.map((run): RunningAgent => {
      const { id, projectId, agent, role, state, attempt, workItemId, startedAt, createdAt } = run;
      const told = about.get(id);
      return {
        id,
        projectId,
        agent,
        role,
        state,
        attempt,
        workItemId,
        startedAt,
        createdAt,
        costMicros: run.usage.costMicros,
        issueNumber: told?.issueNumber ?? null,
        title: told?.taskTitle ?? told?.issueTitle ?? told?.pullTitle ?? null,
        progress: told?.progress?.message ?? null,
        fraction: told?.progress?.fraction ?? null,
        questionId: told?.questionId ?? null,
      };
    }),
  };
}

async function mergedSince({ standing }: OverviewDeps, asking: Asking, since: Date): Promise<Group<NamedIssue>> {
  const found = await standing.itemsMergedSince(since, { projectIds: asking.projectIds, limit: asking.shown });
  const evidence = `/v1/issues?state=merged&ended_since=${since.toISOString()}`;
  return { count: found.count, more: false, evidence, items: found.items.map(toIssue) };
}

async function landedSince({ queue }: OverviewDeps, asking: Asking, since: Date): Promise<Group<LandedChange>> {
  const { count, more, items } = await queue.landedSince({ since, limit: asking.shown, most: MOST, ...within(asking) });
  return {
    count,
    more,
    evidence: `/v1/queue/landings?event=landed&from=${since.toISOString()}`,
    items: items.map((landing) => ({
      id: landing.id,
      projectId: landing.projectId,
      repository: landing.repo,
      target: landing.target,
      onMain: landing.onMain,
      summary: landing.summary,
      commit: landing.commit,
      rung: landing.rung,
      workItemId: landing.issue?.id ?? null,
      issueNumber: landing.issue?.number ?? null,
      agent: landing.run?.agent ?? null,
      at: landing.at,
    })),
  };
}

function toLine(pool: Awaited<ReturnType<Budget['view']>>['pools'][number]): BudgetLine {
  const { scope, projectId, period, capMicros, spentMicros, reservedMicros, leftMicros } = pool;
  return { scope, projectId, period, capMicros, spentMicros, reservedMicros, leftMicros, resetsAt: new Date(`${pool.endsOn}T00:00:00.000Z`) };
}
