import { AppError } from '#kernel/errors.ts';
import type { MetricDefinition, Sample, Window } from './model.ts';
import { AUTOMATION } from './model.definitions.ts';
import { MEASURES } from './decide.automation.ts';
import { readIssueFacts, type FactsDeps } from './queries.facts.ts';

/** A metric with what makes its samples: the one place that ties a definition to its facts. Everything that shows figures asks here. */
export interface Metric {
  definition: MetricDefinition;
  samples(deps: FactsDeps, about: { projectId: string | null; window: Window }): Promise<Sample[]>;
}

export const METRICS: ReadonlyMap<string, Metric> = new Map(
  AUTOMATION.map((definition) => [
    definition.id,
    {
      definition,
      samples: async (deps, { projectId, window }) =>
        MEASURES[definition.id](await readIssueFacts(deps, { projectId, from: window.from }), window.asOf),
    },
  ]),
);

/** AppError not_found for a metric nobody defined. */
export function metricOf(id: string): Metric {
  const metric = METRICS.get(id);
  if (metric === undefined)
    throw new AppError('not_found', `There is no metric ${id}.`, { detail: { known: [...METRICS.keys()] }, hint: 'GET /v1/metrics lists them.' });
  return metric;
}
