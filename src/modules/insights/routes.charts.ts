import { z } from 'zod';
import { PageQuery } from '#kernel/page.ts';
import { route, type RouteDefinition } from '#platform/http/index.ts';
import { BUCKETS, type Bucket, type MetricDistribution, type MetricSeries, type NamedSample, type SampleList } from './model.charts.ts';
import { DIMENSIONS } from './model.ts';
import type { Insights } from './queries.ts';
import { about, askedOf, bareFigures, Instant, MetricWindow, presentAbout, tag } from './routes.views.ts';

const BucketView = z.object({
  from: Instant,
  to: Instant.describe('Exclusive'),
  partial: z.boolean().describe('Cut by the window, or not over yet: the figure may still change'),
  ...bareFigures,
});
const SeriesView = z
  .object({
    ...about,
    ...bareFigures,
    bucket: z.enum(BUCKETS).describe('Days begin at midnight, weeks on Monday; UTC'),
    buckets: z.array(BucketView).describe('Oldest first; `value` is null where nothing was measured'),
    by: z.enum(DIMENSIONS).nullable(),
    rows: z.array(z.object({ key: z.string(), n: z.number().int(), buckets: z.array(BucketView) })).nullable(),
    rows_left_out: z.number().int().describe('Keys with fewer samples than those that are shown'),
  })
  .meta({ id: 'MetricSeries' });

const DistributionView = z
  .object({
    ...about,
    ...bareFigures,
    least: z.number().nullable(),
    most: z.number().nullable(),
    bins: z.array(z.object({ from: z.number(), to: z.number().describe('Exclusive; equal to `from` for a single value'), n: z.number().int() })),
  })
  .meta({ id: 'MetricDistribution' });

const SampleView = z.object({
  subject: z.string(),
  of: z.object({ kind: z.enum(['issue', 'pull_request']), number: z.number().int().nullable(), title: z.string() }).nullable(),
  at: Instant.describe('By which it belongs to the window'),
  value: z.number().nullable().describe('Null: left out'),
  excluded: z.string().nullable(),
  excluded_because: z.string().nullable(),
  parts: z.record(z.string(), z.number()),
  evidence: z.array(z.string()).describe('Ids of the rows and events it was computed from'),
  keys: z.record(z.string(), z.array(z.string())),
});
const SamplesView = z.object({ ...about, items: z.array(SampleView), next_cursor: z.string().nullable() }).meta({ id: 'MetricSamples' });

const params = z.object({ metric: z.string().min(1).max(60) });

/** A metric over time, how its samples are spread, and what it was computed from: the same three for every definition. */
export function chartRoutes({ insights }: { insights: Insights }): RouteDefinition[] {
  return [
    route({
      method: 'GET',
      path: '/v1/metrics/:metric/series',
      summary: 'One metric day by day or week by week; null with a reason where nothing was measured',
      tag,
      access: 'viewer',
      params,
      query: MetricWindow.extend({ bucket: z.enum(BUCKETS).default('day'), by: z.enum(DIMENSIONS).optional().describe('Split: the largest few') }),
      response: { status: 200, schema: SeriesView },
      handle: async ({ params: { metric }, query }) =>
        presentSeries(await insights.series(metric, { ...askedOf(query), bucket: query.bucket, by: query.by })),
    }),
    route({
      method: 'GET',
      path: '/v1/metrics/:metric/distribution',
      summary: 'How the samples of one metric are spread',
      tag,
      access: 'viewer',
      params,
      query: MetricWindow,
      response: { status: 200, schema: DistributionView },
      handle: async ({ params: { metric }, query }) => presentDistribution(await insights.distribution(metric, askedOf(query))),
    }),
    route({
      method: 'GET',
      path: '/v1/metrics/:metric/samples',
      summary: 'What one metric was computed from, and what was left out and why; newest first',
      tag,
      access: 'viewer',
      params,
      query: MetricWindow.extend({
        ...PageQuery.shape,
        counted: z.enum(['true', 'false']).optional().describe('Only what is in the figure, or only what was left out'),
        excluded: z.string().max(60).optional().describe('Only what was left out for this reason'),
      }),
      response: { status: 200, schema: SamplesView },
      async handle({ params: { metric }, query }) {
        const { counted, excluded = null, limit, cursor = null } = query;
        return presentSamples(
          await insights.samples(metric, { ...askedOf(query), counted: counted === undefined ? null : counted === 'true', excluded, limit, cursor }),
        );
      },
    }),
  ];
}

const presentBucket = ({ from, to, ...rest }: Bucket): z.infer<typeof BucketView> => ({ from: from.toISOString(), to: to.toISOString(), ...rest });

function presentSeries(series: MetricSeries): z.infer<typeof SeriesView> {
  const { metric, projectId, window, buckets, rows, rowsLeftOut, ...rest } = series;
  return {
    ...presentAbout({ metric, projectId, window }),
    ...rest,
    buckets: buckets.map(presentBucket),
    rows: rows === null ? null : rows.map(({ key, n, buckets: of }) => ({ key, n, buckets: of.map(presentBucket) })),
    rows_left_out: rowsLeftOut,
  };
}

function presentDistribution({ metric, projectId, window, ...rest }: MetricDistribution): z.infer<typeof DistributionView> {
  return { ...presentAbout({ metric, projectId, window }), ...rest };
}

function presentSamples({ items, nextCursor, ...of }: SampleList): z.infer<typeof SamplesView> {
  const { exclusions } = of.metric;
  const present = ({ subject, of: named, at, value, excluded, parts, evidence, keys }: NamedSample): z.infer<typeof SampleView> => ({
    subject,
    of: named,
    at: at.toISOString(),
    value,
    excluded,
    excluded_because: excluded === null ? null : (exclusions[excluded] ?? excluded),
    parts: { ...parts },
    evidence: [...evidence],
    keys: Object.fromEntries(Object.entries(keys).map(([dimension, names]) => [dimension, [...names]])),
  });
  return { ...presentAbout(of), items: items.map(present), next_cursor: nextCursor };
}
