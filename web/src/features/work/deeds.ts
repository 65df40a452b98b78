import type { Issue } from './queries.ts';

export type Deed = 'start' | 'start_again' | 'stop' | 'ask' | 'assign' | 'decline';

const ENDED: ReadonlySet<string> = new Set(['merged', 'duplicate', 'declined']);

/** What may be done with an issue as it is, by whom the server would let; it decides again when it is asked. */
export function deedsOf(issue: Pick<Issue, 'state' | 'under_way' | 'repository_id'>, may: (role: 'developer' | 'maintainer') => boolean): Deed[] {
  const ended = ENDED.has(issue.state);
  const waitsForPlan = issue.state === 'awaiting_approval';
  const deeds: Array<[Deed, boolean]> = [
    ['ask', !ended && may(issue.under_way && !waitsForPlan ? 'maintainer' : 'developer')],
    ['stop', issue.under_way && may('maintainer')],
    ['start', !issue.under_way && !ended && issue.repository_id !== null && may('developer')],
    ['start_again', !issue.under_way && ended && issue.repository_id !== null && may('maintainer')],
    ['assign', !ended && may('developer')],
    ['decline', !issue.under_way && !ended && may('maintainer')],
  ];
  return deeds.filter(([, possible]) => possible).map(([deed]) => deed);
}
