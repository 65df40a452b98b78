import { isEnd, MEASURES, retriesBy } from './decide.automation.ts';
import { figuresOf } from './decide.answer.ts';
import { AUTOMATION } from './model.definitions.ts';
import type { IssueFacts } from './model.facts.ts';
import type { Keys, Window } from './model.ts';

/** Labels of what agents did. Several agents on one piece of work are one value, so that the series add up. */
export const WORK_LABELS = ['project', 'repository', 'agent', 'harness'] as const;
type WorkLabel = (typeof WORK_LABELS)[number];
export type WorkLabels = Record<WorkLabel, string>;

/** Repositories that have series of their own: the first so many that were registered, so that a series that is there stays. The others share one. */
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
}

/** By metric and project; what has no value is not there. */
export interface Figure {
  metric: string;
  project: string;
  value: number;
  n: number;
}

export const NO_SERIES: Series = { timeToPr: [], review: [], opened: [], firstCi: [], ends: [], touched: [], retries: [], escalations: [] };

/** The series of some issues as of now. `named`: ids of the repositories that have series of their own. */
export function seriesOf(given: readonly IssueFacts[], now: Date, named: ReadonlySet<string>): Series {
  const facts = given.map((issue) => (issue.repositoryId === null || named.has(issue.repositoryId) ? issue : { ...issue, repository: 'other' }));
  const timed = MEASURES.time_to_pr(facts, now);
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
  };
}

/** The series of two sets of issues together. */
export function addSeries(a: Series, b: Series): Series {
  return {
    timeToPr: addSpreads([...a.timeToPr, ...b.timeToPr]),
    review: addSpreads([...a.review, ...b.review]),
    opened: addCounts([...a.opened, ...b.opened]),
    firstCi: addCounts([...a.firstCi, ...b.firstCi]),
    ends: addCounts([...a.ends, ...b.ends]),
    touched: addCounts([...a.touched, ...b.touched]),
    retries: addCounts([...a.retries, ...b.retries]),
    escalations: addCounts([...a.escalations, ...b.escalations]),
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

/** The metrics of each project over a window. */
export function projectFigures(facts: readonly IssueFacts[], window: Window): Figure[] {
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

const tally = <L extends string>(labels: ReadonlyArray<Record<L, string>>): Array<Counted<L>> =>
  addCounts(labels.map((one) => ({ labels: one, count: 1 })));

function addCounts<L extends string>(rows: ReadonlyArray<Counted<L>>): Array<Counted<L>> {
  return grouped(rows).map(([first, ...others]) => ({ labels: first.labels, count: others.reduce((sum, { count }) => sum + count, first.count) }));
}

function addSpreads(rows: readonly Spread[]): Spread[] {
  return grouped(rows).map((same) => ({
    labels: same[0].labels,
    atMost: same[0].atMost.map((_, bound) => same.reduce((sum, { atMost }) => sum + (atMost[bound] ?? 0), 0)),
    count: same.reduce((sum, { count }) => sum + count, 0),
    sum: same.reduce((sum, one) => sum + one.sum, 0),
  }));
}

/** Rows with the same labels, in the order in which the first of each came. */
function grouped<R extends { labels: Record<string, string> }>(rows: readonly R[]): Array<[R, ...R[]]> {
  const groups = new Map<string, [R, ...R[]]>();
  for (const row of rows) {
    const key = JSON.stringify(row.labels);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return [...groups.values()];
}

function spread(samples: ReadonlyArray<{ labels: WorkLabels; value: number | null }>, bounds: readonly number[]): Spread[] {
  const known = samples.flatMap(({ labels, value }) => (value === null ? [] : [{ labels, value }]));
  return grouped(known).map((same) => ({
    labels: same[0].labels,
    atMost: bounds.map((bound) => same.filter(({ value }) => value <= bound).length),
    count: same.length,
    sum: same.reduce((sum, { value }) => sum + value, 0),
  }));
}
