import type { Dimension, Figures, MetricDefinition, Sample, Window } from './model.ts';

/** Lengths of the stretches of a series. Days begin at midnight, weeks on Monday; UTC. */
export const BUCKETS = ['day', 'week'] as const;
export type BucketLength = (typeof BUCKETS)[number];

/** Figures without the ids they were computed from: `samples` names those. */
export type BareFigures = Omit<Figures, 'evidence' | 'evidenceLeftOut'>;

export interface Bucket extends BareFigures {
  from: Date;
  /** Exclusive. */
  to: Date;
  /** The stretch is cut by the window or not over as of the instant that was asked about: its figure may still change. */
  partial: boolean;
}

interface About {
  metric: MetricDefinition;
  projectId: string | null;
  window: Window;
}

export interface MetricSeries extends About, BareFigures {
  bucket: BucketLength;
  /** One for each stretch of the window, the oldest first, with `value` null where nothing was measured. */
  buckets: Bucket[];
  by: Dimension | null;
  /** The keys with the most samples; null when nothing was asked to be split. */
  rows: Array<{ key: string; n: number; buckets: Bucket[] }> | null;
  /** Keys that did not fit into `rows`. */
  rowsLeftOut: number;
}

/** Samples from `from` (inclusive) to `to` (exclusive; equal for a single value), in the unit of the metric. */
export interface Bin {
  from: number;
  to: number;
  n: number;
}

export interface MetricDistribution extends About, BareFigures {
  least: number | null;
  most: number | null;
  /** Side by side without a gap, also where one is empty; none where nothing was measured. */
  bins: Bin[];
}

/** A sample with what a person recognises its subject by. */
export interface NamedSample extends Sample {
  /** Null: the row is gone, or of a kind without a page. */
  of: { kind: 'issue' | 'pull_request'; number: number | null; title: string } | null;
}

export interface SampleList extends About {
  items: NamedSample[];
  nextCursor: string | null;
}
