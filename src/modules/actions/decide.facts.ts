import type { JsonObject, JsonValue } from '#kernel/json.ts';
import { findPersonalData } from '#kernel/sanitize.personal.ts';
import type { Facts } from '#modules/policy/index.ts';
import { outgoingTexts } from './model.text.ts';
import type { Proposal } from './model.ts';

/** Forges whose text nobody outside the installation reads. Anything else counts as public until the installation says otherwise. */
const PRIVATE_FORGES = new Set(['local', 'path', 'reeve']);

/**
 * What policy conditions look at. Three sources, the more trusted one winning member by member: what the proposer said, what the
 * installation observed (`observed`), and what the proposal itself is. A proposer can therefore never claim another target.
 */
export function decideFacts(proposal: Proposal, observed: Facts): Facts {
  const { target, proposer } = proposal;
  const assumed: Facts = { channel: { public: !PRIVATE_FORGES.has(target.forge) } };
  const findings = outgoingTexts(proposal.kind, proposal.args).flatMap(({ text }) => findPersonalData(text, { mode: 'strict' }));
  const own: Facts = {
    pii: { findings: findings.length, kinds: [...new Set(findings.map(({ kind }) => kind))] },
    // On a private forge the text stays where the person's data already is.
    personal_data: { found: findings.length > 0 && !PRIVATE_FORGES.has(target.forge) },
    action: { kind: proposal.kind },
    args: proposal.args,
    target: { forge: target.forge, repo: target.repo, number: target.number ?? null, branch: target.branch ?? null },
    repo: { forge: target.forge, name: target.repo },
    proposer: { subject: proposer.subject, agent: proposer.subject.startsWith('agent:') },
    trigger: { user: proposal.triggerUser },
  };
  return [proposal.facts ?? {}, assumed, observed, own].reduce<Facts>(joined, {});
}

function joined(under: Facts, over: Facts): Facts {
  const result: Facts = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const before = under[key];
    result[key] = isObject(before) && isObject(value) ? { ...before, ...value } : value;
  }
  return result;
}

const isObject = (value: JsonValue | undefined): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
