import type { Home } from './queries.ts';

export type NeedKind = 'question' | 'approval' | 'review' | 'escalation';

/** One thing that waits for this person. */
export interface Need {
  kind: NeedKind;
  key: string;
  /** Untrusted text of an agent, a tracker or a record. */
  text: string;
  /** Where it belongs, in a few words. */
  about: string;
  /** When it runs out; null: it only waits. */
  due: string | null;
  /** Since when it waits. */
  since: string;
  risk: string | null;
  state: string | null;
  to: '/approvals/$id' | '/work/$id' | '/runs/$id' | '/pulls/$id';
  id: string;
}

const HOUR_MS = 60 * 60_000;
const RISKS: readonly string[] = ['', 'high', 'medium', 'low'];

/**
 * Everything that waits for me in the order in which it should be looked at: what runs out within the hour, the next first; then by risk, the
 * highest first; then reviews and escalations, the longest waiting first. An agent that asks holds its machine, so its question comes before an approval that runs out at the same time.
 */
export function needsOf(home: Home): Need[] {
  const questions = home.questions.items.map((item): Need => ({
    kind: 'question',
    key: item.id,
    text: item.question,
    about: `${item.agent} asks`,
    due: item.expires_at,
    since: item.asked_at,
    risk: null,
    state: null,
    to: '/runs/$id',
    id: item.job_id,
  }));
  const approvals = home.approvals.items.map((item): Need => ({
    kind: 'approval',
    key: item.id,
    text: item.headline,
    about: [item.issue_title ?? item.repository, item.requester === null ? null : `asked by ${item.requester}`]
      .filter((part) => part !== null)
      .join(' · '),
    due: item.expires_at,
    since: item.created_at,
    risk: item.risk,
    state: null,
    to: '/approvals/$id',
    id: item.id,
  }));
  const reviews = home.reviews.items.map((item): Need => ({
    kind: 'review',
    key: item.pull_id,
    text: item.title,
    about: `${item.repository} #${item.number} · your review`,
    due: null,
    since: item.asked_at,
    risk: null,
    state: null,
    to: '/pulls/$id',
    id: item.pull_id,
  }));
  const escalations = home.escalations.items.map((item): Need => ({
    kind: 'escalation',
    key: item.id,
    text: item.title,
    about: [item.number === null ? null : `#${item.number}`, item.reason].filter((part) => part !== null && part !== '').join(' · '),
    due: null,
    since: item.changed_at,
    risk: null,
    state: item.state,
    to: '/work/$id',
    id: item.id,
  }));
  const byTime = (of: (need: Need) => string) => (a: Need, b: Need) => Date.parse(of(a)) - Date.parse(of(b));
  const soon = Date.parse(home.at) + HOUR_MS;
  // An agent that asks has no risk of its own and holds its machine: before approvals.
  const tier = (need: Need): number => (Date.parse(need.due ?? need.since) < soon ? -1 : RISKS.indexOf(need.risk ?? ''));
  const byDue = byTime((need) => need.due ?? need.since);
  const due = [...questions, ...approvals].toSorted((a, b) => tier(a) - tier(b) || byDue(a, b));
  return [...due, ...[...reviews, ...escalations].toSorted(byTime((need) => need.since))];
}

/** How many things wait for this person in all. */
export function countOf(home: Home): number {
  return home.approvals.count + home.questions.count + home.reviews.count + home.escalations.count;
}

/** How much of a caller's time is left to decide: `bad` within a quarter of an hour, `warn` within an hour. */
export function urgency(due: string | null, nowMs: number): 'bad' | 'warn' | 'neutral' {
  if (due === null) return 'neutral';
  const left = Date.parse(due) - nowMs;
  return left < 15 * 60_000 ? 'bad' : left < 60 * 60_000 ? 'warn' : 'neutral';
}

/** What a cap is for: `Shop, this month`. `project`: its name; left out: not known (yet), or not shown to this person. */
export function nameOfCap({ scope, period }: Pick<Home['budget']['lines'][number], 'scope' | 'period'>, project: string | undefined): string {
  return `${scope === 'installation' ? 'All projects' : (project ?? 'A project')}, this ${period}`;
}

/** `$12.30`, `$0.004`: two digits, and for less than a cent as many as tell something. */
export function dollars(micros: number): string {
  const usd = micros / 1_000_000;
  if (usd === 0) return '$0';
  return usd < 0.01
    ? `$${usd.toPrecision(1)}`
    : `$${usd.toLocaleString('en-US', { minimumFractionDigits: usd < 1000 ? 2 : 0, maximumFractionDigits: usd < 1000 ? 2 : 0 })}`;
}
