import type { Metrics } from '#platform/telemetry/index.ts';
import {
  addSeries,
  MOST_REPOSITORIES,
  NO_SERIES,
  projectFigures,
  REVIEW_S,
  seriesOf,
  TIME_TO_PR_S,
  WORK_LABELS,
  type Counted,
  type Figure,
  type Series,
} from './decide.series.ts';
import type { InsightsDeps } from './queries.ts';
import { issueFactBatches, readIssueFacts } from './queries.facts.ts';
import { createSparing } from './steps.sparing.ts';
import { firstRepositories } from './store.ts';

export interface InsightMetricsDeps extends InsightsDeps {
  metrics: Metrics;
}

const WINDOW_MS = 30 * 86_400_000;

/**
 * Registers what agents did as Prometheus series. All of them are counted from the rows by the definitions of `GET /v1/metrics`: they survive
 * restarts, and every process of an installation tells the same (take one of them, do not add them up).
 */
export function registerInsightMetrics(deps: InsightMetricsDeps): void {
  const set = declare(deps.metrics);
  const read = createSparing(deps.clock, async (now) => {
    const series = await readSeries(deps, now);
    const window = { from: new Date(now.getTime() - WINDOW_MS), to: now, asOf: now };
    set(series, projectFigures(await readIssueFacts(deps, { projectId: null, from: window.from }), window));
  });
  deps.metrics.onScrape(read);
}

async function readSeries(deps: InsightMetricsDeps, now: Date): Promise<Series> {
  const named = new Set(await firstRepositories(deps.db, MOST_REPOSITORIES));
  let series = NO_SERIES;
  for await (const batch of issueFactBatches(deps, { projectId: null, from: null })) series = addSeries(series, seriesOf(batch, now, named));
  return series;
}

function declare(metrics: Metrics): (series: Series, figures: readonly Figure[]) => void {
  const timeToPr = metrics.distribution('reeve_time_to_pr_seconds', 'Seconds from the ready label to the open pull request.', TIME_TO_PR_S);
  const review = metrics.distribution(
    'reeve_review_seconds',
    'Seconds from the first look of a person at a pull request to the decision of one.',
    REVIEW_S,
  );
  const opened = metrics.counter('reeve_pull_requests_opened_total', 'Pull requests of agents that were opened.', WORK_LABELS);
  const firstCi = metrics.counter('reeve_first_ci_total', 'Pull requests by the verdict of CI on their first completed head.', [
    ...WORK_LABELS,
    'verdict',
  ]);
  const ends = metrics.counter('reeve_story_ends_total', 'Stories of issues that ended, by how.', [...WORK_LABELS, 'end']);
  const touched = metrics.counter('reeve_merges_with_person_commit_total', 'Stories that ended merged with a commit by a person.', WORK_LABELS);
  const retries = metrics.counter('reeve_retries_total', 'Runs of agents that were sent to a task again.', [...WORK_LABELS, 'cause']);
  const escalations = metrics.counter('reeve_escalations_total', 'Times people were asked or took over because the machine did not come further.', [
    ...WORK_LABELS,
    'kind',
  ]);
  const value = metrics.gauge(
    'reeve_insight_value',
    'Value of a metric of GET /v1/metrics over the last thirty days, in base units; absent without samples.',
    ['metric', 'project'],
  );
  const samples = metrics.gauge('reeve_insight_samples', 'How many samples reeve_insight_value is of.', ['metric', 'project']);
  return (series, figures) => {
    timeToPr.set(series.timeToPr);
    review.set(series.review);
    fill(opened, series.opened);
    fill(firstCi, series.firstCi);
    fill(ends, series.ends);
    fill(touched, series.touched);
    fill(retries, series.retries);
    fill(escalations, series.escalations);
    value.reset();
    samples.reset();
    for (const one of figures) {
      value.set({ metric: one.metric, project: one.project }, one.value);
      samples.set({ metric: one.metric, project: one.project }, one.n);
    }
  };
}

function fill<L extends string>(
  counter: { reset(): void; inc(labels: Record<L, string>, count: number): void },
  rows: ReadonlyArray<Counted<L>>,
): void {
  counter.reset();
  for (const { labels, count } of rows) counter.inc(labels, count);
}
