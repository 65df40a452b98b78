import type { AutomationMetric } from './model.definitions.ts';
import type { IssueFacts, PullFact, RunFact, StoryFact, Told } from './model.facts.ts';
import type { Keys, Sample } from './model.ts';
import { NEGATIVE_SPAN } from './decide.answer.ts';

/** A command line reads what it is about to decide: such a look is part of the decision. */
const LEAST_LOOK_S = 5;

/** The samples of each metric about automation, as of an instant. Facts that came later are not seen. */
export const MEASURES: Readonly<Record<AutomationMetric, (facts: readonly IssueFacts[], asOf: Date) => Sample[]>> = {
  time_to_pr: (facts, asOf) => pullsOf(facts, asOf).map(({ issue, pull }) => timeToPull(issue, pull, asOf)),
  ci_pass_rate: (facts, asOf) => pullsOf(facts, asOf).map(({ issue, pull }) => firstVerdict(issue, pull, asOf)),
  automation_success_rate: (facts, asOf) => endsOf(facts, asOf).map(successOf),
  review_minutes: (facts, asOf) => pullsOf(facts, asOf).flatMap(({ issue, pull }) => review(issue, pull, asOf) ?? []),
  retries: (facts, asOf) => endsOf(facts, asOf).map(retriesOf),
  escalations: (facts, asOf) => endsOf(facts, asOf).map(escalationsOf),
};

/** Whole seconds, never rounded up. */
export const secondsBetween = (from: Date, to: Date): number => Math.floor((to.getTime() - from.getTime()) / 1000);

const first = <T extends { at: Date }>(told: readonly T[]): T | null => told.toSorted((a, b) => a.at.getTime() - b.at.getTime())[0] ?? null;
const last = <T extends { at: Date }>(told: readonly T[]): T | null => told.toSorted((a, b) => b.at.getTime() - a.at.getTime())[0] ?? null;

function pullsOf(facts: readonly IssueFacts[], asOf: Date): Array<{ issue: IssueFacts; pull: PullFact }> {
  return facts.flatMap((issue) => issue.pulls.filter(({ openedAt }) => openedAt <= asOf).map((pull) => ({ issue, pull })));
}

/** Agents that had written for it by then; `none` where none had been sent. */
function keysOf(issue: IssueFacts, until: Date): Keys {
  const runs = issue.runs.filter(({ at }) => at <= until);
  const names = (of: (run: RunFact) => string): string[] => {
    const all = [...new Set(runs.map(of))].toSorted();
    return all.length === 0 ? ['none'] : all;
  };
  return {
    agent: names(({ agent }) => agent),
    harness: names(({ harness }) => harness),
    repository: [issue.repository ?? 'none'],
    project: [issue.project],
  };
}

type Measured = Pick<Sample, 'value' | 'excluded'>;
const measured = (value: number): Measured => ({ value, excluded: null });
const leftOut = (excluded: string): Measured => ({ value: null, excluded });

function timeToPull(issue: IssueFacts, pull: PullFact, asOf: Date): Sample {
  const seen = issue.handedOver.filter(({ at }) => at <= asOf);
  const before = last(seen.filter(({ at }) => at <= pull.openedAt));
  const after = before === null && seen.length > 0;
  const result = before === null ? leftOut(after ? NEGATIVE_SPAN : 'label_not_seen') : measured(secondsBetween(before.at, pull.openedAt));
  const evidence = [pull.id, issue.id, ...(before === null ? [] : [before.id])];
  return { subject: pull.id, at: pull.openedAt, ...result, parts: {}, evidence, keys: keysOf(issue, pull.openedAt) };
}

function firstVerdict(issue: IssueFacts, pull: PullFact, asOf: Date): Sample {
  const verdict = first(pull.verdicts.filter(({ at }) => at <= asOf));
  const at = verdict?.at ?? pull.openedAt;
  const result = verdict === null ? leftOut('no_ci_verdict') : measured(verdict.verdict === 'green' ? 1 : 0);
  const parts = verdict === null ? {} : { [verdict.verdict]: 1 };
  return { subject: pull.id, at, ...result, parts, evidence: [pull.id, issue.id], keys: keysOf(issue, at) };
}

/** Null: no person has decided yet. */
function review(issue: IssueFacts, pull: PullFact, asOf: Date): Sample | null {
  const decision = first(pull.decisions.filter(({ at }) => at <= asOf));
  if (decision === null) return null;
  const look = first(pull.looks.filter(({ at }) => at <= decision.at));
  const seconds = look === null ? 0 : secondsBetween(look.at, decision.at);
  const seen = look !== null && seconds >= LEAST_LOOK_S;
  return {
    subject: pull.id,
    at: decision.at,
    ...(seen ? measured(seconds / 60) : leftOut('look_not_seen')),
    parts: {},
    evidence: [pull.id, ...(look === null ? [] : [look.id]), decision.id],
    keys: keysOf(issue, decision.at),
  };
}

/** How an issue ended. */
export interface IssueEnd {
  issue: IssueFacts;
  as: string;
  at: Date;
}

/** An answered question starts the next story: the issue goes on. */
export const isEnd = ({ endedAs }: Pick<StoryFact, 'endedAs'>): boolean => endedAs !== null && endedAs !== 'needs_info';

/** Issues whose last story had reached an end by then. */
function endsOf(facts: readonly IssueFacts[], asOf: Date): IssueEnd[] {
  return facts.flatMap((issue) => endOf(issue, asOf) ?? []);
}

function endOf(issue: IssueFacts, asOf: Date): IssueEnd | null {
  const begun = issue.stories.filter(({ startedAt }) => startedAt <= asOf).toSorted((a, b) => b.generation - a.generation);
  const newest = begun[0];
  if (newest?.endedAt === undefined || newest.endedAt === null || newest.endedAt > asOf || newest.endedAs === null || !isEnd(newest)) return null;
  const { mergedLater } = issue;
  if (newest.endedAs !== 'merged' && mergedLater !== null && mergedLater >= newest.endedAt && mergedLater <= asOf)
    return { issue, as: 'merged', at: mergedLater };
  return { issue, as: newest.endedAs, at: newest.endedAt };
}

/** A merge is told apart by whether people had a hand in the code. */
export function kindOfEnd({ issue, as, at }: IssueEnd): string {
  if (as !== 'merged') return as;
  return personCommits(issue, at).length > 0 ? 'merged_with_person_commit' : 'merged_untouched';
}

const personCommits = (issue: IssueFacts, until: Date): Told[] => issue.personCommits.filter(({ at }) => at <= until);
const wasShadowed = ({ issue, as, at }: IssueEnd): boolean => as !== 'merged' && issue.shadowed !== null && issue.shadowed <= at;

function sampleOf(end: IssueEnd, count: { value: number; parts: Record<string, number>; evidence: readonly string[] }): Sample {
  const { issue, at } = end;
  return {
    subject: issue.id,
    at,
    ...(wasShadowed(end) ? leftOut('shadow') : measured(count.value)),
    parts: count.parts,
    evidence: [issue.id, ...count.evidence],
    keys: keysOf(issue, at),
  };
}

function successOf(end: IssueEnd): Sample {
  const kind = kindOfEnd(end);
  const touched = personCommits(end.issue, end.at);
  return sampleOf(end, { value: kind === 'merged_untouched' ? 1 : 0, parts: { [kind]: 1 }, evidence: touched.map(({ id }) => id) });
}

/** Runs that were sent again before the end. */
export function retriesBy(issue: IssueFacts, until: Date): RunFact[] {
  return issue.runs.filter((run) => run.cause !== 'first' && run.at <= until);
}

function retriesOf(end: IssueEnd): Sample {
  const again = retriesBy(end.issue, end.at);
  const ofCi = again.filter(({ cause }) => cause === 'red_ci').length;
  return sampleOf(end, { value: again.length, parts: { red_ci: ofCi, other: again.length - ofCi }, evidence: again.map(({ id }) => id) });
}

function escalationsOf(end: IssueEnd): Sample {
  const asked = end.issue.asked.filter(({ at }) => at <= end.at);
  const over = end.issue.stories.filter(
    ({ endedAs, endedAt }) => endedAt !== null && endedAt <= end.at && (endedAs === 'failed' || endedAs === 'left_to_people'),
  );
  const parts: Record<string, number> = { question: 0, ci_retry: 0, failed: 0, left_to_people: 0 };
  for (const code of [...asked.map(({ kind }) => kind), ...over.map(({ endedAs }) => endedAs ?? '')]) parts[code] = (parts[code] ?? 0) + 1;
  return sampleOf(end, { value: asked.length + over.length, parts, evidence: asked.map(({ id }) => id) });
}
