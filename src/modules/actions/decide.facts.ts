import type { JsonObject, JsonValue } from '#kernel/json.ts';
import { findPersonalData, isForgeOutside, type PersonalMode } from '#kernel/sanitize.personal.ts';
import type { Facts } from '#modules/policy/index.ts';
import { isInternal } from './model.args.ts';
import { outgoingTexts } from './model.text.ts';
import type { Proposal } from './model.ts';

/** Whether texts of this proposal leave the installation, so that `pii_redaction` is about them. */
export const isForOutside = ({ kind, target }: Pick<Proposal, 'kind' | 'target'>): boolean => !isInternal(kind) && isForgeOutside(target.forge);

/**
 * What policy conditions look at. Three sources, the more trusted one winning member by member: what the proposer said, what the
 * installation observed (`observed`), and what the proposal itself is. A proposer can therefore never claim another target. `redaction`:
 * the limit `pii_redaction` in force, by which `personal_data` is looked for (`off` as `strict`: conditions and engines may still ask).
 */
export function decideFacts(proposal: Proposal, observed: Facts, redaction: PersonalMode): Facts {
  const { target, proposer } = proposal;
  const assumed: Facts = { channel: { public: isForgeOutside(target.forge) } };
  const texts = outgoingTexts(proposal.kind, proposal.args);
  const findings = texts.flatMap(({ text }) => findPersonalData(text, { mode: 'strict' }));
  const own: Facts = {
    pii: { findings: findings.length, kinds: [...new Set(findings.map(({ kind }) => kind))] },
    personal_data: personalFacts(isForOutside(proposal) ? texts : [], redaction),
    action: { kind: proposal.kind },
    args: proposal.args,
    target: { forge: target.forge, repo: target.repo, number: target.number ?? null, branch: target.branch ?? null },
    repo: { forge: target.forge, name: target.repo },
    proposer: { subject: proposer.subject, agent: proposer.subject.startsWith('agent:') },
    trigger: { user: proposal.triggerUser },
  };
  return [proposal.facts ?? {}, assumed, observed, own].reduce<Facts>(joined, {});
}

const MOST_PLACES = 20;

/** `texts`: those that leave. */
function personalFacts(texts: readonly { place: string; text: string }[], redaction: PersonalMode): JsonObject {
  const mode = redaction === 'standard' ? 'standard' : 'strict';
  const found = texts.flatMap(({ place, text }) => findPersonalData(text, { mode }).map(({ kind }) => `${kind} in ${place}`));
  return { found: found.length > 0, where: [...new Set(found)].slice(0, MOST_PLACES) };
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
