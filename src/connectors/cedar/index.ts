import { readFile } from 'node:fs/promises';
import type { isAuthorized } from '@cedar-policy/cedar-wasm/nodejs';
import { AppError, messageOf } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import { sha256Hex } from '#platform/crypto/index.ts';
import type { EngineAnswer, EngineQuestion, PolicyEngine } from '#ports/policy-engine.ts';
import { toCedarRecord, type CedarValue } from './map.ts';

type Cedar = { isAuthorized: typeof isAuthorized };

export interface CedarOptions {
  /** File of Cedar policies (https://docs.cedarpolicy.com), read anew for each question. */
  file: string;
}

/** From loose to strict: the loosest that is permitted is the answer. */
const MODES = ['auto', 'ask', 'require_approval'] as const;

const MOST_CHARACTERS = 1_000_000;

/**
 * Cedar policies beside Reeve's own. For each mode, from loose to strict, Cedar is asked whether the proposer may do the action in that
 * mode; the first that is permitted is the answer, none is `deny`:
 *
 *   permit (principal, action == Action::"pr.label", resource) when { context.mode == "auto" };
 *
 * principal `Proposer::"<subject>"`, action `Action::"<kind>"`, resource `Target::"<forge>:<repo>"`; the context holds `mode` and `facts`.
 *
 * Cedar skips a policy whose condition has an error (a missing attribute), a `forbid` too, and says so in its diagnostics alone: any
 * error there is `deny`.
 */
export function createCedarEngine(options: CedarOptions): PolicyEngine {
  return {
    name: 'cedar',
    version: async () => sha256Hex(await readPolicies(options.file)),
    async answer(question) {
      // Several megabytes of compiled code, which only installations that ask Cedar load.
      const cedar = await import('@cedar-policy/cedar-wasm/nodejs');
      return decide(cedar, await readPolicies(options.file), question);
    },
  };
}

async function readPolicies(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new AppError('unavailable', `The Cedar policies cannot be read: ${messageOf(error)}`, { code: 'engine_unreadable', cause: error });
  });
  if (text.length > MOST_CHARACTERS) throw new AppError('unavailable', 'The Cedar policies are too long.', { code: 'engine_unreadable' });
  return text;
}

function decide(cedar: Cedar, policies: string, question: EngineQuestion): EngineAnswer {
  const facts = toCedarRecord(question.facts);
  const call = {
    action: { type: 'Action', id: question.actionKind },
    policies: { staticPolicies: policies },
    entities: [],
    ...subjectsOf(question.facts),
  };
  let forbidden: string[] = [];
  for (const mode of MODES) {
    const answer = cedar.isAuthorized({ ...call, context: { mode, facts } as Record<string, CedarValue> });
    if (answer.type !== 'success') return { effect: 'deny', reason: `Cedar cannot decide: ${answer.errors[0]?.message ?? 'unknown'}` };
    const { decision, diagnostics } = answer.response;
    const [error] = diagnostics.errors;
    if (error !== undefined) return { effect: 'deny', reason: `${error.policyId} has an error: ${error.error.message}` };
    if (decision === 'allow') return { effect: mode, reason: `${diagnostics.reason.join(', ')} permits ${mode}.` };
    forbidden = diagnostics.reason;
  }
  return { effect: 'deny', reason: forbidden.length === 0 ? 'No policy permits it.' : `${forbidden.join(', ')} forbids it.` };
}

function subjectsOf(facts: JsonObject) {
  const member = (group: string, name: string): string => {
    const members = facts[group];
    const value = typeof members === 'object' && members !== null && !Array.isArray(members) ? members[name] : undefined;
    return typeof value === 'string' ? value : '';
  };
  return {
    principal: { type: 'Proposer', id: member('proposer', 'subject') },
    resource: { type: 'Target', id: `${member('target', 'forge')}:${member('target', 'repo')}` },
  };
}
