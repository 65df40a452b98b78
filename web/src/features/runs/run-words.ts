import { moneyText } from '../../ui/money-text.ts';
import type { LogView } from './log-model.ts';
import type { Run } from './queries.ts';

/** Parts of a run's page, by their name in its address. */
export const RUN_TABS = ['log', 'changes', 'checks', 'files'] as const;
export type RunTab = (typeof RUN_TABS)[number];

/** What a run is about, as its title. */
export function titleOf(run: Pick<Run, 'issue_title' | 'task_title' | 'pull_title' | 'issue_number' | 'pull_number' | 'id'>): string {
  return run.task_title ?? run.issue_title ?? run.pull_title ?? run.id;
}

/** `#7 Cart takes negative numbers`, where the title is its task's. */
export function subjectOf(run: Pick<Run, 'issue_title' | 'task_title' | 'issue_number' | 'pull_number'>): string | null {
  if (run.issue_title !== null && run.task_title !== null && plain(run.issue_title) !== plain(run.task_title))
    return `${run.issue_number === null ? '' : `#${run.issue_number} `}${run.issue_title}`;
  if (run.issue_number !== null) return `#${run.issue_number}`;
  return run.pull_number === null ? null : `Pull request #${run.pull_number}`;
}

const plain = (title: string): string => title.replace(/\.$/, '').toLowerCase();

export const isOver = (run: Pick<Run, 'ended_at'>): boolean => run.ended_at !== null;

/** `1,240` up to ten thousand, then `12.4 k`, `1.2 M`. */
export function tokensText(count: number): string {
  if (count < 10_000) return count.toLocaleString('en');
  return count < 1_000_000 ? `${(count / 1000).toFixed(1)} k` : `${(count / 1_000_000).toFixed(2)} M`;
}

export interface LimitUse {
  name: string;
  /** In the unit of the limit. */
  used: number;
  limit: number;
  text: string;
}

/** What of its limits a run has used; `now`: milliseconds since 1970. What nobody counts is left out. */
export function limitsOf(
  run: Pick<Run, 'limits' | 'usage' | 'states' | 'started_at' | 'ended_at'>,
  log: Pick<LogView, 'usage'> | null,
  now: number,
): LimitUse[] {
  const { limits } = run;
  if (limits === null) return [];
  const tokens = Math.max(run.usage.input_tokens + run.usage.output_tokens, (log?.usage?.inputTokens ?? 0) + (log?.usage?.outputTokens ?? 0));
  const micros = Math.max(run.usage.cost_micros, log?.usage?.costMicros ?? 0);
  const minutes = workedMs(run, now) / 60_000;
  const of = (name: string, used: number, limit: number | undefined, text: (limit: number) => string): LimitUse[] =>
    limit === undefined || limit === 0 ? [] : [{ name, used, limit, text: text(limit) }];
  return [
    ...of('Time', minutes, limits['wall_minutes'], (limit) => `${minutes < 10 ? minutes.toFixed(1) : Math.round(minutes)} of ${limit} min`),
    ...of('Tokens', tokens, limits['tokens'], (limit) => `${tokensText(tokens)} of ${tokensText(limit)}`),
    ...of('Cost', micros / 1_000_000, limits['cost_usd'], (limit) => `${moneyText(micros)} of $${limit}`),
  ];
}

/** How long the agent of the present execution has worked. */
export function workedMs(run: Pick<Run, 'states' | 'started_at' | 'ended_at'>, now: number): number {
  const states = run.states ?? [];
  const began = states.findLast(({ state }) => state === 'running')?.at ?? run.started_at;
  if (began === null || began === undefined) return 0;
  const after = states.find(({ at, state }) => state !== 'running' && Date.parse(at) > Date.parse(began))?.at;
  const end = after ?? run.ended_at;
  return Math.max(0, (end === null ? now : Date.parse(end)) - Date.parse(began));
}
