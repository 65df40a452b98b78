/** One place on the time axis of a chart. */
export interface ChartPoint {
  name: string;
  /** By the key of the line; null: nothing was measured, which is a gap and never a zero. */
  values: Readonly<Record<string, number | null>>;
  /** How many samples. */
  n: number;
  /** The stretch is not over: the figure may still change. */
  partial: boolean;
  /** Why there is a gap; null where there is none. */
  note: string | null;
}

export interface ChartLine {
  key: string;
  name: string;
}

/** How lines are told apart: by colour and by pattern, because a colour alone is none to some. */
export const LINE_LOOKS: ReadonlyArray<{ color: string; dash: string | undefined }> = [
  { color: 'var(--accent)', dash: undefined },
  { color: 'var(--warn)', dash: '6 3' },
  { color: 'var(--good)', dash: '2 3' },
  { color: 'var(--bad)', dash: '8 3 2 3' },
  { color: 'var(--info)', dash: '10 4' },
  { color: 'var(--muted)', dash: undefined },
  { color: 'var(--accent)', dash: '3 3' },
  { color: 'var(--good)', dash: '10 3 3 3' },
];
