import { isEnd, MEASURES, retriesBy } from './decide.automation.ts';
import { figuresOf } from './decide.answer.ts';
import { AUTOMATION } from './model.definitions.ts';
import type { IssueFacts } from './model.facts.ts';
import type { Keys, Window } from './model.ts';

/** Labels of what agents did. Several agents on one piece of work are one value, so that the series add up. */
export const WORK_LABELS = ['project', 'repository', 'agent', 'harness'] as const;
type WorkLabel = (typeof WORK_LABELS)[number];
export type WorkLabels = Record<WorkLabel, string>;

/** Repositories that have series of their own: the first so many that were registered. The others share one. */
export const MOST_REPOSITORIES = 200;

/** From a minute to a week: an hour is the goal. */
export const TIME_TO_PR_S = [60, 120, 300, 600, 900, 1800, 2700, 3600, 5400, 7200, 14_400, 28_800, 86_400, 259_200, 604_800];
/** Fifteen minutes is the goal. */
export const REVIEW_S = [10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400, 259_200];

export interface Counted<L extends string> {
  labels: Record<L, string>;
  count: number;
}

export interface Spread {
  labels: Record<string, string>;
  /** For each bound, how many were not above it. */
  atMost: number[];
  count: number;
  sum: number;
}

/** Everything since the beginning: counters never fall, because what they count does not change any more. */
export interface Series {
  timeToPr: Spread[];
  review: Spread[];
  opened: Array<Counted<WorkLabel>>;
  firstCi: Array<Counted<WorkLabel | 'verdict'>>;
  ends: Array<Counted<WorkLabel | 'end'>>;
  touched: Array<Counted<WorkLabel>>;
  retries: Array<Counted<WorkLabel | 'cause'>>;
  escalations: Array<Counted<WorkLabel | 'kind'>>;
  /** By metric and project, over the window that was asked for; what has no value is not there. */
  figures: Array<{ metric: string; project: string; value: number; n: number }>;
}

const BEGINNING = new Date(0);

/** The series of all issues as of now. `usual`: the window of the figures that stand beside the counters. */
export function seriesOf(given: readonly IssueFacts[], now: Date, usual: Window): Series {
  const facts = withFewRepositories(given);
  const always: Window = { from: BEGINNING, to: new Date(now.getTime() + 1), asOf: now };
  const timed = MEASURES.time_to_pr(facts, always.asOf);
  const labelled = timed.map((sample) => ({ labels: labelsOf(sample.keys), value: sample.value }));
  return {
    timeToPr: spread(labelled, TIME_TO_PR_S),
    review: spread(
      MEASURES.review_minutes(facts, now).map(({ keys, value }) => ({ labels: labelsOf(keys), value: value === null ? null : value * 60 })),
      REVIEW_S,
    ),
    opened: tally(timed.map(({ keys }) => labelsOf(keys))),
    firstCi: tally(
      MEASURES.ci_pass_rate(facts, now).flatMap(({ keys, value }) =>
        value === null ? [] : [{ ...labelsOf(keys), verdict: value === 1 ? 'green' : 'red' }],
      ),
    ),
    ...storySeries(facts, now),
    figures: usualFigures(facts, usual),
  };
}

/** Of stories, and not of issues: the end of a story stays what it is, also when its issue is handed over again. */
function storySeries(facts: readonly IssueFacts[], now: Date): Pick<Series, 'ends' | 'touched' | 'retries' | 'escalations'> {
  const ends = facts.flatMap((issue) =>
    issue.stories.flatMap(({ endedAs, endedAt }) =>
      endedAs === null || endedAt === null || !isEnd({ endedAs }) ? [] : [{ issue, end: endedAs, at: endedAt }],
    ),
  );
  const over = ends.filter(({ end }) => end === 'failed' || end === 'left_to_people');
  return {
    ends: tally(ends.map(({ issue, end, at }) => ({ ...workOf(issue, at), end }))),
    touched: tally(
      ends.flatMap(({ issue, end, at }) => (end === 'merged' && issue.personCommits.some((commit) => commit.at <= at) ? [workOf(issue, at)] : [])),
    ),
    retries: tally(
      facts.flatMap((issue) => retriesBy(issue, now).map((run) => ({ ...placeOf(issue), agent: run.agent, harness: run.harness, cause: run.cause }))),
    ),
    escalations: tally([
      ...facts.flatMap((issue) => issue.asked.map(({ kind, at }) => ({ ...workOf(issue, at), kind: kind as string }))),
      ...over.map(({ issue, end, at }) => ({ ...workOf(issue, at), kind: end })),
    ]),
  };
}

function usualFigures(facts: readonly IssueFacts[], window: Window): Series['figures'] {
  const projects = [...new Set(facts.map(({ project }) => project))].toSorted();
  return projects.flatMap((project) => {
    const own = facts.filter((issue) => issue.project === project);
    return AUTOMATION.flatMap((definition) => {
      const { value, n } = figuresOf(definition, MEASURES[definition.id](own, window.asOf), window);
      // Prometheus has base units.
      return value === null ? [] : [{ metric: definition.id, project, value: definition.unit === 'minutes' ? value * 60 : value, n }];
    });
  });
}

/** Ids of repositories sort by their age: a series that is there stays. */
function withFewRepositories(facts: readonly IssueFacts[]): IssueFacts[] {
  const ids = [...new Set(facts.flatMap(({ repositoryId }) => repositoryId ?? []))].toSorted().slice(0, MOST_REPOSITORIES);
  const known = new Set(ids);
  return facts.map((issue) => (issue.repositoryId === null || known.has(issue.repositoryId) ? issue : { ...issue, repository: 'other' }));
}

const placeOf = (issue: IssueFacts): Pick<WorkLabels, 'project' | 'repository'> => ({
  project: issue.project,
  repository: issue.repository ?? 'none',
});

function workOf(issue: IssueFacts, until: Date): WorkLabels {
  const runs = issue.runs.filter(({ at }) => at <= until);
  return { ...placeOf(issue), agent: one(runs.map(({ agent }) => agent)), harness: one(runs.map(({ harness }) => harness)) };
}

function labelsOf({ project, repository, agent, harness }: Keys): WorkLabels {
  return { project: one(project), repository: one(repository), agent: one(agent), harness: one(harness) };
}

function one(names: readonly string[]): string {
  const [name, other] = [...new Set(names)];
  return name === undefined ? 'none' : other === undefined ? name : 'several';
}

function tally<L extends string>(labels: ReadonlyArray<Record<L, string>>): Array<Counted<L>> {
  const counts = new Map<string, Counted<L>>();
  for (const of of labels) {
    const key = JSON.stringify(of);
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { labels: of, count: 1 });
    else known.count += 1;
  }
  return [...counts.values()];
}

function spread(samples: ReadonlyArray<{ labels: WorkLabels; value: number | null }>, bounds: readonly number[]): Spread[] {
  const groups = new Map<string, { labels: WorkLabels; values: number[] }>();
  for (const { labels, value } of samples) {
    if (value === null) continue;
    const key = JSON.stringify(labels);
    const group = groups.get(key) ?? { labels, values: [] };
    group.values.push(value);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ labels, values }) => ({
    labels,
    atMost: bounds.map((bound) => values.filter((value) => value <= bound).length),
    count: values.length,
    sum: values.reduce((sum, value) => sum + value, 0),
  }));
}
