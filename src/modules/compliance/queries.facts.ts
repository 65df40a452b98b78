import type { JsonValue } from '#kernel/json.ts';
import { canonicalJson, sha256Hex } from '#platform/crypto/index.ts';
import type { Action, Actions } from '#modules/actions/index.ts';
import type { Agents } from '#modules/agents/index.ts';
import type { DeliveryQueries } from '#modules/delivery/index.ts';
import type { Gateway } from '#modules/gateway/index.ts';
import { toStoredJson, type Ledger, type LedgerAudit, type LedgerEntry } from '#modules/ledger/index.ts';
import type { MergeQueue } from '#modules/merge-queue/index.ts';
import type { Planning } from '#modules/planning/index.ts';
import type { PolicyPort } from '#modules/policy/index.ts';
import type { Projects } from '#modules/projects/index.ts';
import type { Work } from '#modules/work/index.ts';
import type { ComplianceDocument, Facts } from './model.ts';

/** The modules a record is made from; only read. */
export interface Sources {
  work: Pick<Work, 'get'>;
  projects: Pick<Projects, 'get' | 'repository' | 'repositoryByName' | 'byKey' | 'repositories'>;
  planning: Pick<Planning, 'plansOf'>;
  agents: Pick<Agents, 'list'>;
  gateway: Pick<Gateway, 'calls'>;
  queue: Pick<MergeQueue, 'detail'>;
  actions: Pick<Actions, 'get' | 'list'>;
  pulls: Pick<DeliveryQueries, 'pullByNumber' | 'ciResults'>;
  policy: Pick<PolicyPort, 'current'>;
  ledger: Ledger & LedgerAudit;
  /** Takes secrets out of titles and reasons. */
  redact(text: string): string;
}

export interface Gathered {
  facts: Facts;
  policyText: string;
  workItemId: string | null;
}

/** Kinds of actions that decide whether a change may happen; the last three move a branch. */
const DECIDING = ['plan.approve', 'pr.merge', 'branch.push'] as const;
/** Most of each kind that one change has: a work item of hundreds of runs is told in its ledger entries. */
const MOST = 200;

/** A change request that landed. */
export async function gatherLanding(from: Sources, id: string): Promise<Gathered | null> {
  const detail = await from.queue.detail(id);
  const { entry, summary } = detail;
  if (summary.landed === null) return null;
  const repository = await from.projects.repository(entry.repositoryId);
  const publication = entry.publish.kind === 'action' ? [entry.publish.actionId] : [];
  const common = await gatherItem(from, entry.workItemId, entry.projectId, { actions: ['plan.approve'], also: publication, runs: [id] });
  return finish(
    from,
    {
      ...common,
      kind: 'landing',
      subject: id,
      project_id: entry.projectId,
      repository: repository?.name ?? entry.repositoryId,
      changed_at: summary.landed.at,
      commit: summary.landed.commit,
      pull: null,
      changes: [changeOf(detail)],
      checks: summary.checks.map(({ name, exit_code, by }) => ({
        name,
        conclusion: exit_code === 0 ? 'success' : exit_code === null ? 'unknown' : 'failure',
        by,
        commit: summary.landed?.commit ?? null,
      })),
    },
    entry.workItemId,
  );
}

/** A pull request that the action `actionId` merged. */
export async function gatherMerge(from: Sources, actionId: string): Promise<Gathered | null> {
  const action = await from.actions.get(actionId);
  if (action === null || action.record.kind !== 'pr.merge' || action.status !== 'executed' || action.projectId === null) return null;
  const { forge, repo, number } = action.record.target;
  const repository = await from.projects.repositoryByName(forge as 'local', repo);
  const pull = repository === null || number === null ? null : await from.pulls.pullByNumber(repository.id, number);
  const common = await gatherItem(from, action.workItemId, action.projectId, { actions: DECIDING, also: [actionId], runs: null });
  const landed = await Promise.all(common.requests.map((id) => from.queue.detail(id)));
  const commit = textOf(action.outcome?.['merge_sha']) ?? pull?.mergeSha ?? null;
  const head = pull?.headSha ?? action.record.preconditions.head_sha;
  const results = head === null ? [] : (await from.pulls.ciResults({ headSha: head, limit: MOST })).items;
  return finish(
    from,
    {
      ...common,
      kind: 'pull_request',
      subject: actionId,
      project_id: action.projectId,
      repository: repo,
      changed_at: (action.executedAt ?? action.createdAt).toISOString(),
      commit,
      // The row of the pull request hears of its merge a moment later.
      pull: pull === null ? null : pullOf(from, { ...pull, mergeSha: pull.mergeSha ?? commit }),
      changes: landed.filter(({ summary }) => summary.landed !== null).map(changeOf),
      checks: results.map(({ name, conclusion, source, headSha }) => ({ name, conclusion, by: source, commit: headSha })),
    },
    action.workItemId,
  );
}

type Common = Pick<Facts, 'project' | 'issue' | 'plan' | 'agents' | 'models' | 'decisions'> & { requests: string[] };

/** `also`: ids of further actions that decided. `runs`: only runs of these change requests; null: all of the item. */
interface Wanted {
  actions: readonly string[];
  also: readonly string[];
  runs: readonly string[] | null;
}

async function gatherItem(from: Sources, workItemId: string | null, projectId: string, wanted: Wanted): Promise<Common> {
  const project = (await from.projects.get(projectId))?.key ?? projectId;
  const extra = await Promise.all(wanted.also.map((id) => from.actions.get(id)));
  if (workItemId === null) {
    const decisions = await decisionsOf(
      from,
      extra.filter((action) => action !== null),
    );
    return { project, issue: null, plan: null, agents: [], models: [], decisions, requests: [] };
  }
  const [item, plans, listed, runs, calls] = await Promise.all([
    from.work.get(workItemId),
    from.planning.plansOf(workItemId),
    Promise.all(wanted.actions.map((kind) => from.actions.list({ workItemId, kind, limit: MOST }))),
    from.agents.list({ workItemId, limit: MOST }),
    from.gateway.calls({ workItemId, limit: MOST }),
  ]);
  const plan = plans.find(({ state }) => state === 'approved') ?? plans[0];
  const ran = runs.items.filter((run) => wanted.runs === null || (run.changeRequestId !== null && wanted.runs.includes(run.changeRequestId)));
  const actions = new Map(
    [...listed.flatMap(({ items }) => items.filter(({ status }) => status === 'executed')), ...extra.filter((one) => one !== null)].map((one) => [
      one.id,
      one,
    ]),
  );
  return {
    project,
    issue: item === null ? null : issueOf(from, item),
    plan: plan === undefined ? null : planOf(plan),
    agents: ran.map(agentOf),
    models: calls.items.filter(({ outcome }) => outcome === 'answered').map(modelOf),
    decisions: await decisionsOf(from, [...actions.values()]),
    requests: [...new Set(ran.map(({ changeRequestId }) => changeRequestId).filter((id) => id !== null))],
  };
}

async function finish(from: Sources, given: Omit<Facts, 'policy'> & { requests: string[] }, workItemId: string | null): Promise<Gathered> {
  const facts: Partial<typeof given> & Omit<Facts, 'policy'> = { ...given };
  delete facts.requests;
  const { hash, source, text } = await from.policy.current(facts.project_id);
  return { facts: { ...facts, policy: { hash, source, text_sha256: sha256Hex(text) } }, policyText: text, workItemId };
}

type Item = NonNullable<Awaited<ReturnType<Work['get']>>>;

function issueOf(from: Sources, { id, number, title, body, source, url, author, requestedBy, createdAt }: Item): NonNullable<Facts['issue']> {
  const created = createdAt.toISOString();
  return { id, number, title: from.redact(title), body_sha256: sha256Hex(body), source, url, author, requested_by: requestedBy, created_at: created };
}

function planOf({
  id,
  version,
  planner,
  promptHash,
  document,
  createdAt,
}: Awaited<ReturnType<Planning['plansOf']>>[number]): NonNullable<Facts['plan']> {
  return { id, version, planner, prompt_hash: promptHash, document_sha256: sha256Hex(canonicalJson(document)), created_at: createdAt.toISOString() };
}

function pullOf(from: Sources, pull: NonNullable<Awaited<ReturnType<DeliveryQueries['pullByNumber']>>>): NonNullable<Facts['pull']> {
  const { id, number, title, url, headBranch, baseBranch, headSha, mergeSha, createdAt } = pull;
  return {
    id,
    number,
    title: from.redact(title),
    url,
    head_branch: headBranch,
    base_branch: baseBranch,
    head_sha: headSha,
    merge_sha: mergeSha,
    created_at: createdAt.toISOString(),
  };
}

function changeOf({ entry, summary }: Awaited<ReturnType<MergeQueue['detail']>>): Facts['changes'][number] {
  return {
    change_request_id: entry.id,
    document_sha256: sha256Hex(canonicalJson(toStoredJson(entry.document))),
    submitted_by: entry.submittedBy,
    submitted_at: entry.submittedAt.toISOString(),
    target: entry.target,
    rung: entry.rung,
    tree: summary.landed?.tree ?? null,
    verified_tree: entry.verifiedTree,
    commit: entry.landedCommit,
    landed_at: entry.landedAt?.toISOString() ?? null,
  };
}

function agentOf(run: Awaited<ReturnType<Agents['list']>>['items'][number]): Facts['agents'][number] {
  return {
    run_id: run.id,
    agent: run.agent,
    role: run.role,
    prompt_version: run.promptVersion,
    prompt_hash: run.promptHash,
    started_at: run.startedAt?.toISOString() ?? null,
    ended_at: run.endedAt?.toISOString() ?? null,
  };
}

function modelOf(call: Awaited<ReturnType<Gateway['calls']>>['items'][number]): Facts['models'][number] {
  return {
    model: call.model,
    version: call.modelVersion,
    purpose: call.purpose,
    prompt_name: call.promptName,
    prompt_version: call.promptVersion,
    prompt_hash: call.promptHash,
    at: call.createdAt.toISOString(),
  };
}

const textOf = (value: JsonValue | undefined): string | null => (typeof value === 'string' ? value : null);

/** Who allowed each action, told by the ledger: the entry is the evidence, the row only its present state. */
export async function decisionsOf(from: Pick<Sources, 'ledger' | 'redact'>, actions: readonly Action[]): Promise<ComplianceDocument['decisions']> {
  const ordered = actions.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return Promise.all(ordered.map(async (action) => decisionOf(from, action, (await from.ledger.list({ subject: action.id, limit: MOST })).items)));
}

function decisionOf(from: Pick<Sources, 'redact'>, action: Action, entries: readonly LedgerEntry[]): ComplianceDocument['decisions'][number] {
  const at = (kind: string): string | null => entries.findLast((entry) => entry.kind === kind)?.at ?? null;
  const authorization = entries.findLast(({ kind }) => kind === 'action.executed')?.payload['authorization'];
  return {
    action_id: action.id,
    kind: action.record.kind,
    digest: action.digest,
    status: action.status,
    risk: action.record.risk,
    rule: action.decision.rule,
    policy_hash: action.record.policy_hash,
    trigger_user: action.record.trigger_user,
    proposed_by: action.record.proposer.subject,
    proposed_at: action.createdAt.toISOString(),
    // What the policy allows by itself is allowed when it is proposed.
    approved_at: at('action.approved') ?? (action.decision.kind === 'auto' ? at('action.proposed') : null),
    executed_at: at('action.executed'),
    self_approved:
      typeof authorization === 'object' && authorization !== null && !Array.isArray(authorization) && authorization['self_approved'] === true,
    votes: entries
      .filter(({ kind }) => kind === 'approval.voted')
      .map(({ actor, at: voted, payload }) => {
        const reason = textOf(payload['reason']);
        return {
          by: actor,
          role: textOf(payload['role']),
          decision: textOf(payload['decision']),
          reason: reason === null ? null : from.redact(reason),
          at: voted,
        };
      }),
    emergency: emergencyOf(from, entries),
  };
}

/** Of the entry that both people's words made; one word alone let nothing pass. */
function emergencyOf(from: Pick<Sources, 'redact'>, entries: readonly LedgerEntry[]): ComplianceDocument['decisions'][number]['emergency'] {
  const broken = entries.findLast(({ kind }) => kind === 'breakglass.broken');
  if (broken === undefined) return null;
  const reason = textOf(broken.payload['reason']);
  const [opened_by, confirmed_by] = [textOf(broken.payload['opened_by']), textOf(broken.payload['confirmed_by'])];
  return { reason: reason === null ? null : from.redact(reason), opened_by, confirmed_by, at: broken.at };
}
