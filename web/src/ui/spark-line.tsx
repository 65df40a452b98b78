/** A line of values without axes, for a card: where nothing was measured there is a gap. Decoration: the figures stand beside it as text. */
export function SparkLine({ values, className }: { values: ReadonlyArray<number | null>; className?: string }) {
  const most = Math.max(...values.map((value) => value ?? 0), 0);
  const x = (index: number): number => (values.length < 2 ? WIDTH / 2 : EDGE + (index / (values.length - 1)) * (WIDTH - 2 * EDGE));
  const y = (value: number): number => (most === 0 ? HEIGHT - EDGE : HEIGHT - EDGE - (value / most) * (HEIGHT - 2 * EDGE));
  const stretches = stretchesOf(values);
  return (
    <svg aria-hidden viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" className={className}>
      <line x1={0} x2={WIDTH} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} stroke="var(--line)" vectorEffect="non-scaling-stroke" />
      {stretches.map((stretch) => (
        <polyline
          key={stretch[0]?.index}
          points={pointsOf(stretch.map(({ index, value }) => [x(index), y(value)]))}
          fill="none"
          stroke="var(--accent)"
          strokeWidth={stretch.length === 1 ? 5 : 1.75}
          strokeLinejoin="round"
          strokeLinecap="round"
          vectorEffect="non-scaling-stroke"
        />
      ))}
    </svg>
  );
}

const WIDTH = 200;
const HEIGHT = 40;
const EDGE = 3;

/** A single point is a thick line of almost no length, which is a dot: a line of none is not drawn. */
const pointsOf = (points: ReadonlyArray<readonly [x: number, y: number]>): string =>
  (points.length === 1 ? points.flatMap(([x, y]) => [[x, y] as const, [x + 0.01, y] as const]) : points).map(([x, y]) => `${x},${y}`).join(' ');

/** Values that follow each other without a gap. */
export function stretchesOf(values: ReadonlyArray<number | null>): Array<Array<{ index: number; value: number }>> {
  const stretches: Array<Array<{ index: number; value: number }>> = [];
  for (const [index, value] of values.entries()) {
    if (value === null) continue;
    const last = stretches.at(-1);
    if (last?.at(-1)?.index === index - 1) last.push({ index, value });
    else stretches.push([{ index, value }]);
  }
  return stretches;
}
