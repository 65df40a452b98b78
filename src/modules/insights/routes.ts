import { z } from 'zod';
import { route, type RouteDefinition } from '#platform/http/index.ts';
import { DIMENSIONS, type Figures, type MetricAnswer, type MetricDefinition } from './model.ts';
import type { Insights } from './queries.ts';
import { chartRoutes } from './routes.charts.ts';
import { about, askedOf, figures, MetricWindow, presentAbout, tag } from './routes.views.ts';

const DefinitionView = z
  .object({
    metric: z.string().describe('What `GET /v1/metrics/{metric}` is asked for'),
    definition_version: z.number().int(),
    title: z.string(),
    meaning: z.string(),
    formula: z.string(),
    end: z.string().describe('The event by whose instant something belongs to a window'),
    unit: z.enum(['seconds', 'minutes', 'share', 'count']),
    aggregate: z.enum(['median', 'share', 'total']),
    subject: z.string(),
    exclusions: z.record(z.string(), z.string()).describe('Why something is left out, by code'),
    parts: z.record(z.string(), z.string()).describe('What the parts of an answer count, by code'),
    dimensions: z.array(z.enum(DIMENSIONS)).describe('By what it can be split'),
  })
  .meta({ id: 'MetricDefinition' });

const AnswerView = z
  .object({
    ...about,
    ...figures,
    by: z.enum(DIMENSIONS).nullable(),
    rows: z.array(z.object({ key: z.string(), ...figures })).nullable(),
  })
  .meta({ id: 'MetricAnswer' });

const Query = MetricWindow.extend({
  by: z.enum(DIMENSIONS).optional().describe('Split: one row for each'),
});

/** Metrics by their definitions. */
export function insightRoutes({ insights }: { insights: Insights }): RouteDefinition[] {
  return [
    route({
      method: 'GET',
      path: '/v1/metrics',
      summary: 'Every metric with its definition',
      tag,
      access: 'viewer',
      response: { status: 200, schema: z.object({ items: z.array(DefinitionView), next_cursor: z.null() }) },
      handle: async () => ({ items: insights.definitions().map(presentDefinition), next_cursor: null }),
    }),
    route({
      method: 'GET',
      path: '/v1/metrics/:metric',
      summary: 'One metric over a window, by its definition; null with a reason where nothing was measured',
      tag,
      access: 'viewer',
      params: z.object({ metric: z.string().min(1).max(60) }),
      query: Query,
      response: { status: 200, schema: AnswerView },
      async handle({ params, query }) {
        return presentAnswer(await insights.metric(params.metric, { ...askedOf(query), by: query.by }));
      },
    }),
    ...chartRoutes({ insights }),
  ];
}

function presentDefinition(one: MetricDefinition): z.infer<typeof DefinitionView> {
  const { title, meaning, formula, end, unit, subject, exclusions, parts } = one;
  return {
    metric: one.id,
    definition_version: one.version,
    title,
    meaning,
    formula,
    end,
    unit,
    aggregate: one.value,
    subject,
    exclusions: { ...exclusions },
    parts: { ...parts },
    dimensions: [...DIMENSIONS],
  };
}

function presentAnswer({ metric, projectId, window, by, rows, ...answer }: MetricAnswer): z.infer<typeof AnswerView> {
  return {
    ...presentAbout({ metric, projectId, window }),
    ...presentFigures(answer),
    by,
    rows: rows === null ? null : rows.map(({ key, ...row }) => ({ key, ...presentFigures(row) })),
  };
}

function presentFigures({ evidenceLeftOut, ...same }: Figures) {
  return { ...same, evidence_left_out: evidenceLeftOut };
}
