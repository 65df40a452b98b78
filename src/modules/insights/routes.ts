import { z } from 'zod';
import { route, type RouteDefinition } from '#platform/http/index.ts';
import { DIMENSIONS, type Figures, type MetricAnswer, type MetricDefinition } from './model.ts';
import type { Insights } from './queries.ts';

const tag = 'metrics';
const Instant = z.iso.datetime({ offset: true });
const Counts = z.record(z.string(), z.number());

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
  })
  .meta({ id: 'MetricDefinition' });

const figures = {
  value: z.number().nullable().describe('Null where nothing was measured'),
  reason: z.string().nullable().describe('Why there is no value, or no p90'),
  n: z.number().int(),
  mean: z.number().nullable(),
  p50: z.number().nullable(),
  p75: z.number().nullable(),
  p90: z.number().nullable().describe('Null below 20 samples'),
  excluded: Counts.describe('What was left out, by code'),
  anomalies: z.number().int().describe('Spans below zero among what was left out'),
  parts: Counts,
  evidence: z.array(z.string()).describe('Ids of what it was computed from, a thousand at most'),
  evidence_left_out: z.number().int(),
};

const AnswerView = z
  .object({
    metric: z.string(),
    title: z.string(),
    unit: z.enum(['seconds', 'minutes', 'share', 'count']),
    definition_version: z.number().int(),
    project_id: z.string().nullable(),
    from: Instant,
    to: Instant.describe('Exclusive'),
    as_of: Instant,
    ...figures,
    by: z.enum(DIMENSIONS).nullable(),
    rows: z.array(z.object({ key: z.string(), ...figures })).nullable(),
  })
  .meta({ id: 'MetricAnswer' });

const Query = z.object({
  project: z.string().min(1).max(200).optional().describe('Id or key of a project; all of them together when it is left out'),
  from: Instant.optional().describe('Inclusive; thirty days before `to` when it is left out'),
  to: Instant.optional().describe('Exclusive; `as_of` when it is left out'),
  as_of: Instant.optional().describe('What happened later is not seen; now when it is left out'),
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
        const at = (text: string | undefined): Date | undefined => (text === undefined ? undefined : new Date(text));
        const { project = null, by } = query;
        return presentAnswer(
          await insights.metric(params.metric, { projectId: project, from: at(query.from), to: at(query.to), asOf: at(query.as_of), by }),
        );
      },
    }),
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
  };
}

function presentAnswer({ metric, projectId, window, by, rows, ...answer }: MetricAnswer): z.infer<typeof AnswerView> {
  return {
    metric: metric.id,
    title: metric.title,
    unit: metric.unit,
    definition_version: metric.version,
    project_id: projectId,
    from: window.from.toISOString(),
    to: window.to.toISOString(),
    as_of: window.asOf.toISOString(),
    ...presentFigures(answer),
    by,
    rows: rows === null ? null : rows.map(({ key, ...row }) => ({ key, ...presentFigures(row) })),
  };
}

function presentFigures({ evidenceLeftOut, ...same }: Figures) {
  return { ...same, evidence_left_out: evidenceLeftOut };
}
