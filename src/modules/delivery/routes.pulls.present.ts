import type { PullChanges, PullFacts, PullOverview, TimelineEntry } from './model.pulls.ts';
import type { PullConversations } from './queries.conversations.ts';
import type { PullDetail } from './queries.pulls.ts';
import type { ChangesView, ConversationsView, DetailView, OverviewView, TimelineView } from './routes.pulls.views.ts';

const at = (date: Date | null): string | null => date?.toISOString() ?? null;

export function presentOverview(row: PullOverview): OverviewView {
  const { pull, checks, review, fix, action, entry, run, waiting, story } = row;
  return {
    ...presentPull(row),
    author_kind: row.authorKind,
    waiting: { ...waiting, since: at(waiting.since) },
    checks: { ...checks, at: at(checks.at) },
    review:
      review === null
        ? null
        : {
            review_id: review.id,
            reviewer: review.reviewer,
            head_sha: review.headSha,
            at: review.at.toISOString(),
            rounds: review.rounds,
            open: review.open,
          },
    verdicts: row.verdicts.map((one) => ({ ...one, at: one.at.toISOString() })),
    objectors: row.objectors,
    fix: fix === null ? null : { ...fix, at: fix.at.toISOString() },
    approval: presentAction(action),
    entry: entry === null ? null : { change_request_id: entry.id, state: entry.state, at: entry.at.toISOString() },
    suggested: pull.state === 'open' ? row.suggested : [],
    run: run === null ? null : { run_id: run.id, agent: run.agent, role: run.role, at: run.at.toISOString() },
    story: story === null ? null : { ended_as: story.endedAs, detail: story.detail },
  };
}

function presentPull({ pull, project, repository, issueNumber, issueTitle, author, openedAt }: PullFacts) {
  return {
    id: pull.id,
    issue_id: pull.workItemId,
    project_id: pull.projectId,
    repository_id: pull.repositoryId,
    number: pull.number,
    title: pull.title,
    state: pull.state,
    draft: pull.draft,
    head_branch: pull.headBranch,
    base_branch: pull.baseBranch,
    head_sha: pull.headSha,
    merge_sha: pull.mergeSha,
    url: pull.url,
    created_at: pull.createdAt.toISOString(),
    updated_at: pull.updatedAt.toISOString(),
    project,
    repository,
    issue_number: issueNumber,
    issue_title: issueTitle,
    author,
    opened_at: openedAt.toISOString(),
  };
}

function presentAction(action: PullFacts['action']): OverviewView['approval'] {
  if (action === null) return null;
  const { id, kind, status, needed, yes, asked, approvers, expiresAt } = action;
  return { action_id: id, kind, status, needed, yes, asked, approvers, at: action.at.toISOString(), expires_at: at(expiresAt) };
}

export function presentDetail(row: PullDetail): DetailView {
  return {
    ...presentOverview(row),
    review_summary: row.summary,
    findings: row.findings.map(({ key, severity, state, path, line, what, why, suggestion }) => ({
      key,
      severity,
      state,
      path,
      line,
      what,
      why,
      suggestion,
    })),
    compliance_record_id: row.complianceRecordId,
  };
}

export function presentTimeline(id: string, entries: readonly TimelineEntry[]): TimelineView {
  return {
    pull_id: id,
    items: entries.map(({ runId, actionId, ...entry }) => ({ ...entry, at: entry.at.toISOString(), run_id: runId, action_id: actionId })),
    next_cursor: null,
  };
}

export function presentChanges(id: string, changes: PullChanges | null): ChangesView {
  if (changes === null) return { pull_id: id, base: null, head: null, files: [], patch: '', truncated: false, onto: null, merge: null };
  const { merge, ...same } = changes;
  return { pull_id: id, ...same, merge: merge === null ? null : { state: merge.state, files: merge.state === 'conflict' ? merge.files : [] } };
}

export function presentConversations(id: string, { repo, number, conversations }: PullConversations): ConversationsView {
  return {
    pull_id: id,
    target: { forge: repo.forge, repo: repo.name, number },
    items: conversations.map(({ comments, asked, ...thread }) => ({
      ...thread,
      comments: comments.map(({ createdAt, ...comment }) => ({ ...comment, created_at: createdAt.toISOString() })),
      asked: asked.map(({ actionId, kind, status }) => ({ action_id: actionId, kind, status })),
    })),
    next_cursor: null,
  };
}
