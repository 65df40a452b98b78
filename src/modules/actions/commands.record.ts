import { AppError, messageOf } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { ActionId } from '#kernel/ids.ts';
import { canonicalJson, sha256Hex } from '#platform/crypto/index.ts';
import { toStoredJson } from '#modules/ledger/index.ts';
import type { PolicyDecision } from '#modules/policy/index.ts';
import { ttlMsOf } from './decide.ts';
import type { ActionRecord, Proposal } from './model.ts';
import { parseArgs } from './model.args.ts';
import { toOutgoingArgs, type Redact } from './model.text.ts';
import type { ActionRow } from './store.ts';

/** Lower-case hexadecimal SHA-256 over JCS of the record: what a decision and a receipt are bound to. */
export function digestOf(record: ActionRecord): string {
  return sha256Hex(canonicalJson(record));
}

/**
 * The proposal in its one form: args checked and completed, text as it may leave, what the database could not keep replaced. AppError invalid for anything
 * malformed.
 */
export function normalised(proposal: Proposal, redact: Redact): Proposal {
  const stored = <T>(value: T): T => {
    try {
      return toStoredJson(value) as T;
    } catch (error) {
      throw new AppError('invalid', `The proposal holds something that is not JSON: ${messageOf(error)}.`, {
        code: 'action_malformed',
        cause: error,
      });
    }
  };
  const { args, number, branch } = parseArgs({ ...proposal, args: stored(proposal.args) });
  const outgoing = toOutgoingArgs(proposal.kind, args, redact);
  return { ...proposal, args: outgoing, facts: stored(proposal.facts ?? {}), target: { ...proposal.target, number, branch } };
}

/** Tells one request from another under the same idempotency key; the key itself is left out. */
export function requestHashOf(proposal: Proposal): string {
  const { idempotencyKey: _, ...request } = proposal;
  return sha256Hex(canonicalJson(toStoredJson(request)));
}

export interface RecordParts {
  id: ActionId;
  organisation: string;
  decision: PolicyDecision;
  now: Date;
}

/** What the digest covers. */
export function recordOf(proposal: Proposal, parts: RecordParts): ActionRecord {
  const { target, preconditions, proposer } = proposal;
  return {
    v: 1,
    organisation: parts.organisation,
    action_id: parts.id,
    kind: proposal.kind,
    target: { forge: target.forge, repo: target.repo, number: target.number ?? null, branch: target.branch ?? null },
    args: proposal.args,
    preconditions: {
      head_sha: preconditions?.headSha ?? null,
      base_sha: preconditions?.baseSha ?? null,
      issue_updated_at: preconditions?.issueUpdatedAt ?? null,
    },
    proposer: { subject: proposer.subject, run: proposer.run ?? null, model: proposer.model ?? null, prompt_hash: proposer.promptHash ?? null },
    trigger_user: proposal.triggerUser,
    risk: parts.decision.risk,
    policy_hash: parts.decision.policyHash,
    created_at: parts.now.toISOString(),
    expires_at: new Date(parts.now.getTime() + ttlMsOf(parts.decision)).toISOString(),
  };
}

/** The proposal an action came from, for asking policy and facts again. */
export function proposalOf(row: ActionRow): Proposal {
  const { record } = row;
  return {
    kind: record.kind,
    target: record.target,
    args: record.args,
    preconditions: {
      headSha: record.preconditions.head_sha,
      baseSha: record.preconditions.base_sha,
      issueUpdatedAt: record.preconditions.issue_updated_at,
    },
    proposer: { subject: record.proposer.subject, run: record.proposer.run, model: record.proposer.model, promptHash: record.proposer.prompt_hash },
    triggerUser: record.trigger_user,
    projectId: row.projectId,
    workItemId: row.workItemId,
    facts: row.facts as JsonObject,
    idempotencyKey: `replay:${row.id}`,
    notifyWorkflow: row.notifyWorkflow,
    runBy: row.runBy,
  };
}
