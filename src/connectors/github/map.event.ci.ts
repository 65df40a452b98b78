import { z } from 'zod';
import type { ForgeEvent } from '#ports/forge-event.ts';
import type { WebhookFact } from '#ports/webhook.ts';
import { ignored, read, type Common } from './map.event.read.ts';
import { CheckRun, CheckSuite, Status, WorkflowRun } from './schema.ts';

type Conclusion = Extract<ForgeEvent, { kind: 'check.completed' }>['check']['conclusion'];

/** GitHub's conclusions in our four; one nobody knows yet is a failure, because it must not count as passed. */
export function toConclusion(conclusion: string): Conclusion {
  if (conclusion === 'success') return 'success';
  if (conclusion === 'neutral' || conclusion === 'skipped') return 'neutral';
  return conclusion === 'cancelled' || conclusion === 'stale' ? 'cancelled' : 'failure';
}

/** One check of an app; those that GitHub Actions runs are its jobs. */
export function toCheckRun(payload: unknown, action: string, common: Common): WebhookFact {
  if (action !== 'completed') return ignored(`nothing is done when a check run is ${action}`);
  const { check_run: run } = read(z.object({ check_run: CheckRun }), payload, 'check_run');
  if (run.conclusion === null || run.completed_at === null || run.completed_at === undefined) return ignored('the check run has not ended');
  const summary = [run.output?.title, run.output?.summary].filter((text) => text !== null && text !== undefined && text !== '').join('\n');
  const { id, name, head_sha, html_url } = run;
  return {
    kind: 'check.completed',
    ...common,
    occurred_at: run.completed_at,
    check: { name, head_sha, conclusion: toConclusion(run.conclusion), url: html_url ?? null, summary, id: String(id) },
  };
}

/** The older form of a check: whoever has a token may set one. */
export function toStatus(payload: unknown, _action: string, common: Common): WebhookFact {
  const { sha, context, state, description, target_url, updated_at } = read(Status, payload, 'status');
  if (state === 'pending') return ignored('the status is still pending');
  const conclusion = state === 'success' ? 'success' : 'failure';
  return {
    kind: 'check.completed',
    ...common,
    occurred_at: updated_at,
    check: { name: context, head_sha: sha, conclusion, url: target_url ?? null, summary: description, id: null },
  };
}

/** All checks of one app on a commit have ended: each was told before, this says that no more come. */
export function toCheckSuite(payload: unknown, action: string, common: Common): WebhookFact {
  if (action !== 'completed') return ignored(`nothing is done when a check suite is ${action}`);
  const { check_suite: suite } = read(z.object({ check_suite: CheckSuite }), payload, 'check_suite');
  if (suite.conclusion === null) return ignored('the check suite has not ended');
  const facts = { app: suite.app?.slug ?? suite.app?.name ?? 'unknown', head_sha: suite.head_sha, conclusion: toConclusion(suite.conclusion) };
  return { kind: 'check_suite.completed', ...common, occurred_at: suite.updated_at, suite: facts };
}

export function toWorkflowRun(payload: unknown, action: string, common: Common): WebhookFact {
  if (action !== 'completed') return ignored(`nothing is done when a workflow run is ${action}`);
  const { workflow_run: run } = read(z.object({ workflow_run: WorkflowRun }), payload, 'workflow_run');
  if (run.conclusion === null) return ignored('the workflow run has not ended');
  const { id, name, head_sha, html_url: url, run_attempt: attempt } = run;
  return {
    kind: 'workflow_run.completed',
    ...common,
    occurred_at: run.updated_at,
    run: { id: String(id), name, head_sha, conclusion: toConclusion(run.conclusion), url, attempt },
  };
}
