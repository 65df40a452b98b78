import { matchesGlob } from './decide.glob.ts';
import type { LimitsDocument } from './model.document.ts';
import type { Mode, Risk } from './model.ts';

export type LimitsDecision =
  | { kind: 'fine' | 'over'; mode: Mode; risk: Risk | null; rule: string; reason: string }
  | { kind: 'deny'; rule: string; reason: string };

const FINE: LimitsDecision = { kind: 'fine', mode: 'auto', risk: null, rule: 'limits', reason: '' };

const over = (rule: string, reason: string, risk: Risk | null = null, mode: Mode = 'require_approval'): LimitsDecision => ({
  kind: 'over',
  mode,
  risk,
  rule: `limits.${rule}`,
  reason,
});
const unusable = (field: string): LimitsDecision => ({ kind: 'deny', rule: 'limits', reason: `The field ${field} has no usable value.` });

/**
 * Limits every action is held to, whatever its rule: protected paths (raise the risk to high), size of a change, cost of the
 * month, personal data, size of a channel. A fact that is absent does not concern the action; one of the wrong type denies.
 */
export function decideLimits(limits: LimitsDocument, facts: { readonly [key: string]: unknown }): LimitsDecision {
  for (const check of [changeLimits, costLimits, dataLimits, channelLimits]) {
    const decision = check(limits, facts);
    if (decision.kind !== 'fine') return decision;
  }
  return FINE;
}

type Members = Record<string, unknown>;

/** The object of facts under `name`: null when absent, undefined when it is no object. */
function group(facts: Members, name: string): Members | null | undefined {
  if (!Object.hasOwn(facts, name)) return null;
  const value = facts[name];
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : undefined;
}

/** A member that is a finite number: null when absent, undefined when it is something else. */
function amount(members: Members, name: string): number | null | undefined {
  if (!Object.hasOwn(members, name)) return null;
  const value = members[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function changeLimits(limits: LimitsDocument, facts: Members): LimitsDecision {
  const change = group(facts, 'change');
  if (change === undefined) return unusable('change');
  if (change === null) return FINE;
  const paths = Object.hasOwn(change, 'paths') ? change['paths'] : [];
  if (!Array.isArray(paths) || !paths.every((path) => typeof path === 'string')) return unusable('change.paths');
  const guarded = paths.find((path) => isProtected(limits.protected_paths, path));
  if (guarded !== undefined) return over('protected_paths', `${guarded} is a protected path.`, 'high');
  const files = amount(change, 'files');
  if (files === undefined) return unusable('change.files');
  if (files !== null && files > limits.max_files_per_change)
    return over('max_files_per_change', `${files} files are more than ${limits.max_files_per_change}.`);
  const bytes = amount(change, 'bytes');
  if (bytes === undefined) return unusable('change.bytes');
  if (bytes !== null && bytes > limits.max_bytes_per_change)
    return over('max_bytes_per_change', `${bytes} bytes are more than ${limits.max_bytes_per_change}.`);
  return FINE;
}

/** File systems that fold case make `.GitHub/` the same folder, so case never opens a way round. */
export function isProtected(globs: readonly string[], path: string): boolean {
  const folded = path.normalize('NFC').toLowerCase();
  return globs.some((glob) => matchesGlob(glob.normalize('NFC').toLowerCase(), folded));
}

function costLimits(limits: LimitsDocument, facts: Members): LimitsDecision {
  const cost = group(facts, 'cost');
  if (cost === undefined) return unusable('cost');
  const month = cost === null ? null : amount(cost, 'month_usd');
  if (month === undefined) return unusable('cost.month_usd');
  return month !== null && month > limits.max_monthly_cost_usd
    ? over('max_monthly_cost_usd', `This month would cost more than $${limits.max_monthly_cost_usd}.`)
    : FINE;
}

function dataLimits(limits: LimitsDocument, facts: Members): LimitsDecision {
  const data = group(facts, 'personal_data');
  if (data === undefined) return unusable('personal_data');
  if (data === null || !Object.hasOwn(data, 'found')) return FINE;
  if (typeof data['found'] !== 'boolean') return unusable('personal_data.found');
  return data['found'] && limits.pii_redaction === 'strict' ? over('pii_redaction', 'Personal data was found in it.') : FINE;
}

function channelLimits(limits: LimitsDocument, facts: Members): LimitsDecision {
  const channel = group(facts, 'channel');
  if (channel === undefined) return unusable('channel');
  const size = channel === null ? null : amount(channel, 'size');
  if (size === undefined) return unusable('channel.size');
  return size !== null && size > limits.max_channel_size_auto_post
    ? over('max_channel_size_auto_post', `The channel has more than ${limits.max_channel_size_auto_post} readers.`, null, 'ask')
    : FINE;
}
