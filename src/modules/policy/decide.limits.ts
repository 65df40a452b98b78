import { lookalikeKey } from '#kernel/paths.ts';
import { matchesGlob } from './decide.glob.ts';
import type { LimitsDocument } from './model.document.ts';
import { isNeeded, type LimitFact } from './model.facts.ts';
import type { Mode, Risk } from './model.ts';

export type LimitsDecision =
  | { kind: 'fine' | 'over' | 'unconcerned'; mode: Mode; risk: Risk | null; rule: string; reason: string }
  | { kind: 'deny'; rule: string; reason: string };

/** What the limits are asked about: facts, the kind, and the facts this installation observes (a needed one that is missing counts as passed). */
export interface LimitsQuestion {
  actionKind: string;
  facts: { readonly [key: string]: unknown };
  observed: readonly LimitFact[];
}

type LimitName = keyof LimitsDocument;
/** Answers with the name of the limit still to be put before it. */
type Held =
  | { kind: 'fine' }
  | { kind: 'unconcerned' }
  | { kind: 'over'; mode: Mode; risk: Risk | null; reason: string }
  | { kind: 'deny'; reason: string };

const FINE: Held = { kind: 'fine' };
const over = (reason: string, mode: Mode = 'require_approval', risk: Risk | null = null): Held => ({ kind: 'over', mode, risk, reason });

interface Limit {
  name: LimitName;
  fact: LimitFact;
  /** What passing it leads to when the fact is needed and missing. */
  missing: { mode: Mode; risk: Risk | null };
  /** `value` is there, one of `members`; an answer of null means that it is unusable. */
  hold(limits: LimitsDocument, value: unknown, members: Readonly<Record<string, unknown>>): Held | null;
}

const APPROVAL = { mode: 'require_approval', risk: null } as const;

/** In the order in which they are named as the reason. */
const LIMITS: readonly Limit[] = [
  {
    name: 'protected_paths',
    fact: 'change.paths',
    missing: { mode: 'require_approval', risk: 'high' },
    hold(limits, value) {
      if (!Array.isArray(value) || !value.every((path) => typeof path === 'string')) return null;
      const guarded = value.find((path) => isProtected(limits.protected_paths, path));
      return guarded === undefined ? FINE : over(`${guarded} is a protected path.`, 'require_approval', 'high');
    },
  },
  ceiling('max_files_per_change', 'change.files', APPROVAL, (value, most) => `${value} files are more than ${most}.`),
  ceiling('max_bytes_per_change', 'change.bytes', APPROVAL, (value, most) => `${value} bytes are more than ${most}.`),
  ceiling('max_monthly_cost_usd', 'cost.month_usd', APPROVAL, (_, most) => `This month would cost more than $${most}.`),
  {
    name: 'pii_redaction',
    fact: 'personal_data.found',
    missing: APPROVAL,
    hold(limits, value, { where }) {
      if (typeof value !== 'boolean') return null;
      // Under `standard` what is left is in an identifier, or in what was recorded under another value: that waits, as under `strict`.
      return value && limits.pii_redaction !== 'off' ? over(foundSentence(where)) : FINE;
    },
  },
  ceiling('max_channel_size_auto_post', 'channel.size', { mode: 'ask', risk: null }, (_, most) => `The channel has more than ${most} readers.`),
];

/** `where` as modules/actions observes it: `email in args.body`, and so on. */
function foundSentence(where: unknown): string {
  const places = Array.isArray(where) ? where.filter((place) => typeof place === 'string' && place !== '') : [];
  return places.length === 0 ? 'Personal data was found in it.' : `Personal data was found in it: ${places.join(', ')}.`;
}

/** What `pii_redaction` does, for people who ask for an explanation: under `standard` no fact shows what was replaced. */
export const PERSONAL_NOTES: Readonly<Record<LimitsDocument['pii_redaction'], string>> = {
  off: 'off: personal data leaves as it is.',
  standard:
    'standard: personal data in a text for a forge outside is replaced by its class before the action is recorded, and nobody is asked; in a label or an assignee it stays, and waits for a person.',
  strict: 'strict: personal data in a text for a forge outside waits for a person, and leaves as it was approved.',
};

type Ceiling = 'max_files_per_change' | 'max_bytes_per_change' | 'max_monthly_cost_usd' | 'max_channel_size_auto_post';

function ceiling(name: Ceiling, fact: LimitFact, missing: Limit['missing'], say: (value: number, most: number) => string): Limit {
  return {
    name,
    fact,
    missing,
    hold(limits, value) {
      // Less than nothing is no amount: a negative cost would make room that is not there.
      if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) return null;
      return value > limits[name] ? over(say(value, limits[name]), missing.mode) : FINE;
    },
  };
}

/**
 * Limits every action is held to, whatever its rule: protected paths (raise the risk to high), size of a change, cost of the
 * month, personal data, size of a channel. The strictest mode wins; the first that leads to it is the reason. A fact that is
 * missing although the kind needs it counts as a limit passed; one of the wrong type denies.
 */
export function decideLimits(limits: LimitsDocument, question: LimitsQuestion): LimitsDecision {
  const answers = explainLimits(limits, question);
  const denied = answers.find((answer) => answer.kind === 'deny');
  if (denied !== undefined) return denied;
  const risk = answers.some((answer) => answer.kind === 'over' && answer.risk === 'high') ? 'high' : null;
  const passed = answers.filter((answer) => answer.kind === 'over');
  const worst = passed.find((answer) => answer.kind === 'over' && answer.mode === 'require_approval') ?? passed[0];
  if (worst?.kind === 'over') return { ...worst, risk };
  return { kind: 'fine', mode: 'auto', risk: null, rule: 'limits', reason: '' };
}

/** The answer of each limit. */
export function explainLimits(limits: LimitsDocument, question: LimitsQuestion): LimitsDecision[] {
  return LIMITS.map((limit) => {
    const held = holdLimit(limits, limit, question);
    const rule = `limits.${limit.name}`;
    if (held.kind === 'deny') return { kind: 'deny', rule, reason: held.reason };
    if (held.kind === 'over') return { ...held, rule };
    return { kind: held.kind, mode: 'auto', risk: null, rule, reason: '' };
  });
}

function holdLimit(limits: LimitsDocument, limit: Limit, question: LimitsQuestion): Held {
  const [group = '', member = ''] = limit.fact.split('.');
  const needed = isNeeded(limit.fact, question.actionKind, question.observed);
  const absent: Held = needed ? over(`The fact ${limit.fact} is missing.`, limit.missing.mode, limit.missing.risk) : { kind: 'unconcerned' };
  if (!Object.hasOwn(question.facts, group)) return absent;
  const members = question.facts[group];
  if (typeof members !== 'object' || members === null || Array.isArray(members))
    return { kind: 'deny', reason: `The field ${group} has no usable value.` };
  if (!Object.hasOwn(members, member)) return absent;
  const brought = members as Record<string, unknown>;
  const held = limit.hold(limits, brought[member], brought);
  return held ?? { kind: 'deny', reason: `The field ${limit.fact} has no usable value.` };
}

/** Some file systems make `.GitHub/` the same folder, and people read a look-alike as the real name: neither opens a way round. */
export function isProtected(globs: readonly string[], path: string): boolean {
  const folded = lookalikeKey(path);
  return foldedOf(globs).some((glob) => matchesGlob(glob, folded));
}

/** A policy's globs never change: they are folded once, not for each path of each decision. */
const foldedGlobs = new WeakMap<readonly string[], readonly string[]>();

function foldedOf(globs: readonly string[]): readonly string[] {
  let folded = foldedGlobs.get(globs);
  if (folded === undefined) foldedGlobs.set(globs, (folded = globs.map(lookalikeKey)));
  return folded;
}
