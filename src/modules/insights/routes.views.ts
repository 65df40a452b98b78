import { z } from 'zod';
import type { MetricDefinition, Window } from './model.ts';
import type { MetricQuery } from './queries.ts';

export const tag = 'metrics';
export const Instant = z.iso.datetime({ offset: true });
const Counts = z.record(z.string(), z.number());

/** Figures of many stretches at once, without the ids they were computed from. */
export const bareFigures = {
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
};

export const figures = {
  ...bareFigures,
  evidence: z.array(z.string()).describe('Ids of what it was computed from, a thousand at most'),
  evidence_left_out: z.number().int(),
};

/** What every answer says of itself: which metric of which version, of what, over which window. */
export const about = {
  metric: z.string(),
  title: z.string(),
  unit: z.enum(['seconds', 'minutes', 'share', 'count']),
  definition_version: z.number().int(),
  project_id: z.string().nullable(),
  from: Instant,
  to: Instant.describe('Exclusive'),
  as_of: Instant,
};

export function presentAbout({ metric, projectId, window }: { metric: MetricDefinition; projectId: string | null; window: Window }) {
  return {
    metric: metric.id,
    title: metric.title,
    unit: metric.unit,
    definition_version: metric.version,
    project_id: projectId,
    from: window.from.toISOString(),
    to: window.to.toISOString(),
    as_of: window.asOf.toISOString(),
  };
}

export const MetricWindow = z.object({
  project: z.string().min(1).max(200).optional().describe('Id or key of a project; all of them together when it is left out'),
  from: Instant.optional().describe('Inclusive; thirty days before `to` when it is left out'),
  to: Instant.optional().describe('Exclusive; `as_of` when it is left out'),
  as_of: Instant.optional().describe('What happened later is not seen; now when it is left out'),
});

/** A query as the module knows it. */
export function askedOf(query: z.infer<typeof MetricWindow>): Omit<MetricQuery, 'by'> {
  const at = (text: string | undefined): Date | undefined => (text === undefined ? undefined : new Date(text));
  return { projectId: query.project ?? null, from: at(query.from), to: at(query.to), asOf: at(query.as_of) };
}
