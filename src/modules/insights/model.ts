/**
 * One figure, defined once: the API, the command line, `/metrics`, dashboards and reports all ask these definitions. A change of what a metric
 * means raises its `version`, which every answer carries.
 */
export interface MetricDefinition {
  /** Persisted and part of addresses: never renamed. */
  id: string;
  version: number;
  title: string;
  /** What it counts, in sentences for people. */
  meaning: string;
  /** The formula, as it is computed. */
  formula: string;
  /** The event by whose instant something belongs to a window. */
  end: string;
  unit: 'seconds' | 'minutes' | 'share' | 'count';
  /** How the samples become the value. `median`: p50; `share`: the mean of 0 and 1; `total`: their sum (the mean stands beside it). */
  value: 'median' | 'share' | 'total';
  /** What one sample is: `pull request`, `issue`. */
  subject: string;
  /** Why something is left out, by the code that the answer counts it under. */
  exclusions: Readonly<Record<string, string>>;
  /** What the parts of a sample count, by their code. */
  parts: Readonly<Record<string, string>>;
  /** Said where nothing was measured. */
  whenEmpty: string;
}

/** By what an answer is split. A sample that several agents had a part in counts for each of them. */
export const DIMENSIONS = ['agent', 'harness', 'repository', 'project'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

export type Keys = Readonly<Record<Dimension, readonly string[]>>;

/** One subject of a metric, as of an instant. */
export interface Sample {
  /** Id of the row it is about. */
  subject: string;
  /** Instant of the end event. Of what is left out: the instant by which it would belong to a window. */
  at: Date;
  /** In the unit of the definition; 0 or 1 for a share. Null: left out. */
  value: number | null;
  /** Code of the definition's `exclusions`; null where there is a value. */
  excluded: string | null;
  /** What adds up to the value or explains it, by code. */
  parts: Readonly<Record<string, number>>;
  /** Ids of the rows and events it was computed from, the subject first. */
  evidence: readonly string[];
  keys: Keys;
}

/** Half-open `[from, to)`; nothing that happened after `asOf` is seen. */
export interface Window {
  from: Date;
  to: Date;
  asOf: Date;
}

export interface Figures {
  /** Null where nothing was measured: never a flattering zero. */
  value: number | null;
  /** Why there is no value, or why a quantile is missing; null otherwise. */
  reason: string | null;
  /** How many samples the value is of. */
  n: number;
  mean: number | null;
  p50: number | null;
  p75: number | null;
  /** Null below 20 samples. */
  p90: number | null;
  /** What was left out, by code. */
  excluded: Record<string, number>;
  /** Spans below zero among what was left out: clocks that disagree. */
  anomalies: number;
  /** Sums of the parts of the samples. */
  parts: Record<string, number>;
  evidence: string[];
  /** Ids that did not fit into `evidence`. */
  evidenceLeftOut: number;
}

export interface MetricAnswer extends Figures {
  metric: MetricDefinition;
  projectId: string | null;
  window: Window;
  by: Dimension | null;
  /** One row for each key of the dimension, in alphabetical order; null when nothing was asked to be split. */
  rows: Array<Figures & { key: string }> | null;
}
